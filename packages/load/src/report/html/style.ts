/**
 * The report's style sheet. The arms differ in colour (vermilion, grey, blue: apart for every kind of colour vision),
 * in lightness, in their dashes and in the shape of their points; the grades run from teal to brown, which are apart too.
 */
export const STYLE: string = `
:root { color-scheme: light dark; --ground: #fff; --raised: #f5f7f9; --ink: #1b1f24; --quiet: #56606b; --line: #d9dee4;
  --before: #c94f00; --between: #4a5058; --between-2: #7d5ba6; --after: #0069a8; --good-news: #01665e; --bad-news: #b3261e;
  --excellent: #01665e; --good: #5ab4ac; --acceptable: #dfc27d; --needsWork: #8c510a; --failed: #5b2a86;
  --on-dark: #fff; --on-light: #111; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --raised: #1d2228; --ink: #e6e9ed; --quiet: #a3adb8;
  --line: #343b44; --before: #ff8f4d; --between: #c6ccd4; --between-2: #c3a3ea; --after: #5ec4ee; --good-news: #4fc3b5;
  --bad-news: #ff8a80; --excellent: #2fa597; --good: #8fd8cf; --acceptable: #ecd9a3; --needsWork: #cf8a3c; --failed: #b991e8;
  --on-dark: #111; --on-light: #111; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 72rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .8rem; }
h2 { font-size: 1.2rem; line-height: 1.3; margin: 2.6rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
p { margin: .4rem 0; }
ul { margin: .4rem 0; padding-left: 1.2rem; }
ul.plain { list-style: none; padding: 0; }
.quiet, small, .note, figcaption, summary, .legend { color: var(--quiet); }
.verdict { border-left: 5px solid var(--good-news); background: var(--raised); padding: .5rem 1rem; border-radius: 0 6px 6px 0; }
.verdict.warning { border-color: var(--bad-news); }
.verdict p:first-child { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .88rem; }
p.note { font-size: .83rem; }
th, td { padding: .3rem .5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); vertical-align: top; }
thead th { color: var(--quiet); font-weight: 600; vertical-align: bottom; white-space: normal; }
tbody th { font-weight: 400; white-space: normal; min-width: 8.5rem; max-width: 19rem; overflow-wrap: break-word; }
th:first-child, td:first-child { text-align: left; position: sticky; left: 0; background: var(--ground); }
tr.group th { max-width: none; font-weight: 600; border-bottom: 0; padding-top: 1rem; white-space: normal; }
tr.ratio th, tr.ratio td { font-weight: 600; }
tr.part th { padding-left: 1.4rem; color: var(--quiet); } tr.unmet td:last-child { color: var(--bad-news); font-weight: 600; }
tr.met td:last-child { color: var(--good-news); }
td small, th small { display: block; font-size: .82em; font-weight: 400; }
table.words th { text-align: left; } td.words, table.words td { white-space: normal; text-align: left; overflow-wrap: anywhere; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 25rem), 1fr)); gap: 1.2rem 2rem; }
figure { margin: 0; min-width: 0; }
figcaption { font-weight: 600; color: var(--ink); font-size: .94rem; }
details { font-size: .9rem; } summary { cursor: pointer; }
svg { display: block; width: 100%; height: auto; }
svg.plot { max-width: 40rem; } svg.plot.wide { max-width: 36rem; }
.grid { stroke: var(--line); stroke-width: 1; }
.level { stroke: var(--ink); stroke-width: 1; stroke-dasharray: 2 3; }
.level-name { fill: var(--ink); font-size: 11px; text-anchor: end; paint-order: stroke; stroke: var(--ground); stroke-width: 3; }
.tick, .axis-name { fill: var(--quiet); font-size: 12px; text-anchor: middle; }
.tick.y, .tick.end { text-anchor: end; } .tick.start { text-anchor: start; }
.curve { fill: none; stroke-width: 2.4; stroke-linejoin: round; }
.before { --arm: var(--before); } .between { --arm: var(--between); } .between-2 { --arm: var(--between-2); }
.after { --arm: var(--after); }
.curve, .cross, .bound, .capacity { stroke: var(--arm); }
.curve.before { stroke-dasharray: 8 4; } .curve.between { stroke-dasharray: 2 3; } .curve.between-2 { stroke-dasharray: 10 3 2 3; }
.point { fill: var(--arm); stroke: var(--ground); stroke-width: 1; }
.point.hollow { fill: var(--ground); stroke: var(--arm); stroke-width: 2; }
.cross, .bound { fill: none; stroke-width: 2.4; }
.capacity { stroke-width: 1.6; stroke-dasharray: 1 3; }
.band { fill: var(--arm); opacity: .16; }
.cell-bar { width: 5.5rem; height: 3px; margin: 1px 0 2px auto; } .cell-bar rect { fill: var(--arm); }
.dot { display: inline-block; width: .6em; height: .6em; border-radius: 50%; margin-right: .4em; background: var(--arm); }
.dot.before { clip-path: polygon(50% 0, 100% 100%, 0 100%); border-radius: 0; } .dot.between, .dot.between-2 { border-radius: 0; }
.legend { font-size: .88rem; }
.key { display: inline-block; margin-right: 1.2em; white-space: nowrap; }
.swatch { display: inline-block; width: 2.2em; margin-right: .4em; vertical-align: -.1em; }
.patch { display: inline-block; width: .85em; height: .85em; border-radius: 2px; margin-right: .4em; vertical-align: -.05em; }
.bar { border-radius: 3px; margin: .1rem 0 .5rem; } .bar-label { margin: .3rem 0 0; font-size: .88rem; }
.grade { stroke: var(--ground); stroke-width: 1; }
.excellent { fill: var(--excellent); background: var(--excellent); } .good { fill: var(--good); background: var(--good); }
.acceptable { fill: var(--acceptable); background: var(--acceptable); }
.needsWork { fill: var(--needsWork); background: var(--needsWork); } .failed { fill: var(--failed); background: var(--failed); }
text.in-bar { font-size: 13px; font-weight: 600; text-anchor: middle; fill: var(--on-dark); }
text.in-bar.good, text.in-bar.acceptable { fill: var(--on-light); }
.switch { fill: var(--before); } .switch.alike, .switch.unknown { fill: none; stroke: var(--quiet); stroke-width: 1.5; } .switch.unknown { stroke-dasharray: 3 2; }
.whisker { fill: none; stroke: var(--ink); stroke-width: 1.4; }
.bar-name { fill: var(--ink); font-size: 12px; paint-order: stroke; stroke: var(--ground); stroke-width: 4; } .bar-value { fill: var(--quiet); }
@media (max-width: 30rem) { body { padding: 1rem .8rem 2rem; } th, td { padding: .3rem .35rem; }
  .tick, .axis-name, .bar-name, .level-name { font-size: 14px; } }
@media print { @page { margin: 14mm; }
  :root { --ground: #fff; --raised: #fff; --ink: #000; --quiet: #444; --line: #bbb; --before: #c94f00; --between: #4a5058;
    --between-2: #7d5ba6; --after: #0069a8; --good-news: #01665e; --bad-news: #b3261e; --excellent: #01665e; --good: #5ab4ac;
    --acceptable: #dfc27d; --needsWork: #8c510a; --failed: #5b2a86; --on-dark: #fff; --on-light: #111; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  body { max-width: none; padding: 0; font-size: 10pt; } .scroll { overflow: visible; } table { font-size: 8pt; }
  th:first-child, td:first-child { position: static; } .charts { grid-template-columns: 1fr 1fr; }
  figure, tr, .verdict, h2, h3, .legend, .note, li { break-inside: avoid; } h2, h3, h3 + p, .legend, .plain, figcaption, tr.group { break-after: avoid; }
  tr.group ~ tr:not(.group), tr:last-child, .note { break-before: avoid; } details { display: none; } }
`;

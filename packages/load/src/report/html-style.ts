/** The report's style sheet. Colours of the two arms differ in lightness too, and the lines in their dashes. */
export const STYLE = `
:root { color-scheme: light dark; --ground: #fff; --ink: #1b1f24; --quiet: #5b6470; --line: #d9dee4; --before: #b3541e;
  --after: #0b6e99; --excellent: #2b8a3e; --good: #8fb339; --acceptable: #e0a100; --needsWork: #c92a2a; --failed: #5c2a9d; }
@media (prefers-color-scheme: dark) { :root { --ground: #14171b; --ink: #e6e9ed; --quiet: #9aa4b0; --line: #343b44;
  --before: #f0965a; --after: #5ec4ee; --excellent: #51b364; --good: #a9c95a; --acceptable: #f0b93a; --needsWork: #ef6461;
  --failed: #a97be0; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 3rem; max-width: 68rem; background: var(--ground); color: var(--ink);
  font: 16px/1.5 system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .5rem; }
h2 { font-size: 1.15rem; margin: 2.2rem 0 .6rem; }
h3 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
p { margin: .4rem 0; }
.quiet { color: var(--quiet); }
.warning { border-left: 4px solid var(--needsWork); padding: .3rem .8rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .88rem; }
th, td { padding: .3rem .45rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th { font-weight: 600; color: var(--quiet); }
td { vertical-align: top; }
td small { display: block; color: var(--quiet); font-size: .82em; font-weight: 400; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 0 1.5rem; }
th:first-child, td:first-child { text-align: left; }
tr.row th { color: var(--ink); border-bottom: 0; padding-top: .9rem; white-space: normal; }
tr.ratio td { font-weight: 600; }
td.words, th.words { white-space: normal; text-align: left; overflow-wrap: anywhere; }
svg { display: block; width: 100%; max-width: 44rem; height: auto; }
svg.bar { max-width: none; height: 1.3rem; margin: .15rem 0 .5rem; border-radius: 3px; }
.grid { stroke: var(--line); stroke-width: 1; }
.grade-end { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 2 4; }
.tick, .axis-name { fill: var(--quiet); font-size: 12px; text-anchor: middle; }
.tick.y { text-anchor: end; }
.curve { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
.curve.before { stroke: var(--before); stroke-dasharray: 7 3; }
.curve.between { stroke: var(--quiet); stroke-dasharray: 2 3; }
.curve.after { stroke: var(--after); }
.legend { color: var(--quiet); font-size: .88rem; }
.key { display: inline-block; width: .85em; height: .85em; border-radius: 2px; margin: 0 .35em 0 .8em; vertical-align: -.05em; }
.legend .key:first-child { margin-left: 0; }
.key.before { background: var(--before); } .key.after { background: var(--after); } .key.between { background: var(--quiet); }
.excellent { fill: var(--excellent); background: var(--excellent); } .good { fill: var(--good); background: var(--good); }
.acceptable { fill: var(--acceptable); background: var(--acceptable); }
.needsWork { fill: var(--needsWork); background: var(--needsWork); } .failed { fill: var(--failed); background: var(--failed); }
`;

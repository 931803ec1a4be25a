import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Histogram, type HistogramSnapshot } from 'millrace/core';
import { propertySeed } from 'millrace/testing';
import type { Markup } from '../markup.ts';
import {
  ablationChart,
  capacityChart,
  cellBar,
  distributionChart,
  gradeBar,
  type OverviewRow,
  overviewChart,
  secondsChart,
  seriesKind,
} from './index.ts';

const STYLES = ['alike', 'told', 'told', 'unknown'] as const;
const NASTY = `"><script>alert('x')</script>&`;
const write = (value: number): string => String(value);

function snapshot(timesMs: readonly number[]): HistogramSnapshot {
  const histogram = new Histogram();
  for (const time of timesMs) histogram.record(time * 1000);
  return histogram.snapshot();
}

/** The coordinates of each path of a class. */
function paths({ text }: Markup, name: string): number[][] {
  const found = [...text.matchAll(new RegExp(`<path class="${name}" d="M?([^"]*)"`, 'g'))];
  return found.map(([, d = '']) => d.split(/[ML,]/).filter(Boolean).map(Number));
}

function count({ text }: Markup, part: RegExp): number {
  return text.match(part)?.length ?? 0;
}

function distributions(title: string, times: readonly (readonly number[])[]): Markup {
  const series = times.map((one, i) => ({
    label: title,
    kind: seriesKind(i, times.length),
    times: snapshot(one),
    ...{ answered: one.length, requests: one.length, censoredFromUs: 0 },
  }));
  return distributionChart({ title, series, timeName: title, writeTime: write, writeShare: write });
}

function seconds(title: string, values: readonly number[], scale: 'linear' | 'log' = 'linear'): Markup {
  const points = values.map((value, second) => ({ second, mean: value, min: value - 1, max: value + 1 }));
  return secondsChart({ title, series: [{ label: title, kind: 'after', points }], secondName: title, scale, write });
}

function capacities(title: string, values: readonly (number | null)[]): Markup {
  const outcomes = ['met', 'missed', 'generator'] as const;
  const points = values.map((value, i) => ({
    ratePerSecond: 100 * (i + 1),
    value,
    outcome: outcomes[i % 3] ?? 'met',
  }));
  const capacity = values[0] ?? null;
  const series = [{ label: title, kind: 'after' as const, points, capacity, atLeast: false, capacityText: title }];
  const texts = { title, sloText: title, rateName: title };
  return capacityChart({ ...texts, series, slo: 200, scale: 'log', write, writeRate: write });
}

function ablations(title: string, ratios: readonly (number | null)[]): Markup {
  const bars = ratios.map((ratio, i) => {
    const spread = ratio === null ? null : { min: ratio * 0.9, max: ratio * 1.1 };
    return { label: `${title} ${i}`, ratio, spread, style: STYLES[i] ?? ('told' as const), text: title };
  });
  return ablationChart({ title, bars, axisName: title, write });
}

function overview(title: string, values: readonly (number | null)[]): Markup {
  const arms = values.map((mean, i) => {
    const point = (value: number | null) => ({ value, bound: 'exact' as const });
    const p95 = point(mean === null ? null : mean * 2);
    return { kind: seriesKind(i, values.length), label: title, mean: point(mean), p95, text: title };
  });
  const rows = [{ label: title, arms }];
  return overviewChart({ title, rows, within: rows, timeName: title, write });
}

test('[REPORT-25] overview: mean and P95 of each arm under one axis, nothing for what was skipped', () => {
  const chart = overview('row', [60, null, 2]);
  assert.equal(count(chart, /<path class="point \w+"/g), 2);
  assert.equal(count(chart, /<path class="point \w+ hollow"/g), 2);
  const [[left = 0] = []] = paths(chart, 'curve after');
  const [[right = 0] = []] = paths(chart, 'curve before');
  assert.ok(left < right);
});

test('[REPORT-25] overview: a lower bound is marked as one, and parts of it share one axis', () => {
  const arm = (value: number, bound: 'exact' | 'at-least'): OverviewRow => {
    const arms = [
      { kind: 'after', label: '', mean: { value, bound: 'exact' }, p95: { value: value * 2, bound }, text: '' },
    ] as const;
    return { label: '', arms };
  };
  const [known, bounded] = [arm(1, 'exact'), arm(3_000, 'at-least')];
  const draw = (...rows: OverviewRow[]): Markup =>
    overviewChart({ title: '', rows, within: [known, bounded], timeName: '', write });
  assert.equal(count(draw(known), /<path class="bound after"/g), 0);
  assert.equal(count(draw(bounded), /<path class="bound after"/g), 1);
  const ticks = ({ text }: Markup): string[] =>
    text.match(/class="tick [^>]*>/g)?.map((one) => one.replace(/ y=.*/, '')) ?? [];
  assert.deepEqual(ticks(draw(known)), ticks(draw(bounded)));
});

test('[REPORT-12] distributions: a curve for each arm that has times, and none of them falls', () => {
  const chart = distributions('times', [[1, 5, 400], [], [2, 3, 4]]);
  const curves = ['before', 'between', 'after'].map((kind) => paths(chart, `curve ${kind}`));
  assert.deepEqual(
    curves.map((one) => one.length),
    [1, 0, 1],
  );
  for (const [points = []] of curves.filter((one) => one.length > 0)) {
    const heights = points.filter((_, i) => i % 2 === 1);
    assert.ok(heights.every((y, i) => i === 0 || y <= (heights[i - 1] ?? 0)));
    assert.ok((heights.at(-1) ?? 0) < (heights[0] ?? 0));
  }
});

test('[REPORT-12] distributions: a curve ends at the share of all requests that was answered well', () => {
  const whole = {
    label: 'all',
    kind: 'before',
    times: snapshot([1, 2]),
    answered: 2,
    requests: 2,
    censoredFromUs: 0,
  } as const;
  const part = { ...whole, kind: 'after', requests: 8 } as const;
  const words = { title: '', timeName: '', writeTime: write, writeShare: write };
  const chart = distributionChart({ ...words, series: [whole, part] });
  const [top = 0, bottom = 0] = [14, 192];
  assert.equal(paths(chart, 'curve before')[0]?.at(-1), top);
  assert.equal(paths(chart, 'curve after')[0]?.at(-1), bottom - (bottom - top) / 4);
});

test('[REPORT-25] seconds: each second is a point with its value in words, and the rounds are a band', () => {
  const chart = seconds('throughput', [20, 18, 20]);
  assert.equal(count(chart, /<path class="point after"/g), 3);
  assert.match(chart.text, /<title>throughput · 1 · 18<\/title>/);
  const [band = []] = paths(chart, 'band after');
  assert.equal(band.length, 2 * 2 * 3);
});

test('[REPORT-25] capacity: every step is drawn by its outcome, with what the SLO allows and the capacity', () => {
  const chart = capacities('P99', [20, 40, 80, 300]);
  assert.equal(count(chart, /<path class="point after"/g), 2);
  assert.equal(count(chart, /<path class="point after hollow"/g), 1);
  assert.equal(count(chart, /<path class="cross after"/g), 1);
  assert.equal(count(chart, /<line class="capacity after"/g), 1);
  assert.equal(count(chart, /<line class="level"/g), 1);
  assert.equal(count(capacities('P99', [null, 40]), /<path class="(?:point|cross) /g), 1);
});

test('[REPORT-25] capacity: the line of an arm goes through the middle of the steps at one rate, once a rate', () => {
  const step = (ratePerSecond: number, value: number) => ({ ratePerSecond, value, outcome: 'met' as const });
  const points = [step(100, 10), step(200, 50), step(400, 100), step(100, 30), step(200, 50)];
  const one = { label: '', kind: 'after', points, capacity: 400, atLeast: true, capacityText: '' } as const;
  const words = { title: '', sloText: '', rateName: '', slo: 100, scale: 'linear', write, writeRate: write } as const;
  const chart = capacityChart({ ...words, series: [one] });
  const [line = []] = paths(chart, 'curve after');
  const across = line.filter((_, i) => i % 2 === 0);
  assert.equal(across.length, 3);
  assert.ok(
    across.every((x, i) => i === 0 || x > (across[i - 1] ?? 0)),
    String(across),
  );
  const heights = [...chart.text.matchAll(/<path class="point after" d="M[\d.]+,([\d.]+)/g)].map(([, y]) => Number(y));
  assert.equal(heights.length, 5);
  assert.ok(Math.abs((line[1] ?? 0) - ((heights[0] ?? 0) + (heights[3] ?? 0)) / 2) < 0.11);
  assert.equal(count(chart, /<path class="bound after"/g), 1, 'a lower bound is marked');
});

test('[REPORT-25] ablation: long words are wrapped above their bar, and no line crosses them', () => {
  const label = 'a switch whose name is far longer than what one line of this chart has room for';
  const bars = ['a', label].map((one, i) => ({
    label: one,
    ratio: 3 - i,
    spread: null,
    style: 'told' as const,
    text: '×2.00',
  }));
  const { text } = ablationChart({ title: '', bars, axisName: '', write });
  const words = [...text.matchAll(/<text class="bar-name" [^>]*y="(\d+)">([^<]*)</g)].map(([, y, one = '']) => ({
    y: Number(y),
    one,
  }));
  assert.equal(words.map(({ one }) => one.trim()).join(' '), `a ${label}`);
  assert.ok(words.length === 3 && words.every(({ one }) => one.length <= 61));
  for (const [, from, to] of text.matchAll(/<line [^>]*y1="(\d+)" y2="(\d+)"/g))
    assert.ok(
      words.every(({ y }) => y < Number(from) || y - 11 > Number(to)),
      `${from} to ${to}`,
    );
  assert.equal(count({ text } as Markup, /class="level"/g), 2);
});

test('[REPORT-25] ablation: the costliest first, the whisker is the spread, what shows no difference is hollow', () => {
  const chart = ablations('switch', [1.01, 30, null, 4]);
  const order = [...chart.text.matchAll(/switch (\d) </g)].map(([, i]) => i);
  assert.deepEqual(order, ['1', '3', '0', '2']);
  for (const style of ['alike', 'unknown'])
    assert.equal(count(chart, new RegExp(`<rect class="switch ${style}"`, 'g')), 1);
  assert.equal(count(chart, /<rect class="switch"/g), 1);
  assert.equal(count(chart, /<path class="whisker"/g), 3);
});

test('[REPORT-12] grades: the parts fill the bar, and those with room for it say their share', () => {
  const parts = [0.9, 0.06, 0.04].map((share, i) => ({ kind: `kind-${i}`, share, text: `${share * 100} %` }));
  const { text } = gradeBar('grades', parts);
  const widths = [...text.matchAll(/ width="([\d.]+)"/g)].map(([, width]) => Number(width));
  assert.ok(Math.abs(widths.reduce((sum, width) => sum + width, 0) - 480) < 0.5);
  assert.deepEqual(text.match(/\d+ %/g), ['90 %']);
});

test('[REPORT-25] a bar in a cell is its part of the largest of the line', () => {
  assert.match(cellBar('after', 5, 20).text, /x="75" y="0" width="25"/);
  assert.equal(cellBar('after', null, 20).text, '');
  assert.equal(cellBar('after', 0, 0).text, '');
});

test('[REPORT-25] whatever the values, no chart holds NaN, Infinity, undefined or null', () => {
  const value = fc.oneof(fc.double(), fc.constant(0));
  fc.assert(
    fc.property(fc.array(value, { maxLength: 4 }), fc.array(fc.nat(100_000), { maxLength: 4 }), (values, times) => {
      const finite = values.filter(Number.isFinite);
      const charts = [
        distributions('a', [times, []]),
        seconds('b', finite),
        seconds('b', finite, 'log'),
        capacities('c', [...finite, null]),
        ablations('d', [...finite, null]),
        overview('e', [...finite, null]),
      ];
      for (const { text } of charts) {
        const drawn = text.replaceAll(/<title>[^<]*<\/title>|<text[^>]*>[^<]*<\/text>/g, '');
        assert.doesNotMatch(drawn, /NaN|Infinity|undefined|null/);
      }
    }),
    propertySeed(),
  );
});

test('[REPORT-25] every chart is named for those who do not see it', () => {
  for (const chart of [
    distributions('N', [[1]]),
    seconds('N', [1]),
    capacities('N', [1]),
    ablations('N', [2]),
    overview('N', [2]),
  ])
    assert.match(chart.text, /^<svg [^>]*role="img"><title>N<\/title>/);
  assert.match(gradeBar('N', []).text, /role="img"><title>N<\/title>/);
});

test('[REPORT-11] charts escape every text', () => {
  const charts = [
    distributions(NASTY, [[1]]),
    seconds(NASTY, [1, 2]),
    capacities(NASTY, [1, 2, 3]),
    ablations(NASTY, [2]),
    overview(NASTY, [1, 2]),
    gradeBar(NASTY, [{ kind: 'good', share: 1, text: NASTY }]),
  ];
  for (const { text } of charts) {
    assert.doesNotMatch(text, /<script/);
    assert.match(text, /&lt;script&gt;/);
  }
});

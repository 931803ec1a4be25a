import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { EXCLUSIVE_SWITCHES, parseSwitches, SWITCHES } from './switches.ts';
import { startTrial, type Trial } from './trial.ts';

const PRESETS = ['origin', 'typical'] as const;
const README = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial?.[Symbol.asyncDispose]());

/** The lines between the marks of a section. */
function section(name: string): string[] {
  const text = README.split(`<!-- ${name}:begin -->\n`)[1]?.split(`<!-- ${name}:end -->`)[0];
  assert.ok(text !== undefined, `apps/reference/README.md lacks the marks of ${name}`);
  return text.trim().split('\n');
}

test('[REF-68] the README has a row for each switch: what it does, and in which presets', () => {
  const on = PRESETS.map((preset) => parseSwitches(preset));
  const rows = SWITCHES.map(({ id, does }) => {
    const marks = on.map((set) => (set.has(id) ? 'on' : ''));
    return `| \`${id}\` | ${does} | ${marks.join(' | ')} |`;
  });
  assert.deepEqual(section('switches'), [
    `| switch | while it is on, the service | ${PRESETS.join(' | ')} |`,
    '|---|---|---|---|',
    ...rows,
  ]);
});

test('[REF-68] it lists the switches that exclude each other', () => {
  const lines = EXCLUSIVE_SWITCHES.map((group) => `- ${group.map((id) => `\`${id}\``).join(', ')}`);
  assert.deepEqual(section('groups'), lines);
});

test('[REF-68] it lists every route', async () => {
  const { routes } = await trial.open('optimised');
  const shown = routes.filter((route) => !route.includes(' /internal/')).toSorted(byPath);
  assert.deepEqual(section('routes'), ['```', ...shown, '```']);
});

function byPath(a: string, b: string): number {
  const [one, other] = [a, b].map((route) => route.split(' ').reverse().join(' '));
  return one === other ? 0 : (one ?? '') < (other ?? '') ? -1 : 1;
}

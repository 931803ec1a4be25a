import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUES } from './catalogues.ts';
import { EN, type Texts } from './texts.ts';

type Says = {
  [K in keyof Texts as Texts[K] extends (...args: never[]) => string ? K : never]: Texts[K];
};

const RUN = { round: 51, arm: 'arm-52', phase: 'phase-53', stream: 'stream-54', reasons: [] };

const COUNTS = {
  ...{ judged: 6021, undecided: 6335, faster: 6122, fasterBy: '×6133', slower: 6223, slowerBy: '×6234', alike: 6324 },
  ...{ single: 6425, singleBy: '×6435', incomparable: 6526 },
};

/** What each text with parameters is tried with; no value is part of another. */
const ARGUMENTS: { readonly [K in keyof Says]: Parameters<Says[K]> } = {
  needed: ['6101'],
  tooFew: ['6131'],
  errors: ['6102', '6203', '6304'],
  cutOff: [6132],
  rounds: [6105, 'ABBA'],
  measuredAt: ['2026-11-20', 'abcdef'],
  digests: [6106],
  differing: [6107],
  valid: [6108],
  invalid: [6109, 6210],
  invalidRun: [6111, 'arm-x', RUN, 'reason-x'],
  verdict: ['arm-y', 'arm-z', COUNTS],
  inPhases: ['cost-x', 'phase-y'],
  fromTo: ['×6141', '×6242'],
  needsRequests: ['P95', '6143'],
  ablationVerdict: ['arm-y', 6126, 6227, 6328],
  skippedArm: ['arm-y', 'tier-x'],
  unavailableArm: ['arm-y', 'reason-x'],
  dividedBy: ['arm-y'],
  diedInRound: ['arm-y', 3, 'reason-x'],
  answered: ['57', '200'],
  died: ['arm-y', 'capacity-x', 'reason-x'],
  slo: ['6128', '6229'],
  perSecond: ['6130'],
  machine: ['cpu-x', 6112, 6213],
  roundOf: [6114, 6215],
  about: ['2:57'],
  atMost: ['2:57'],
  planned: [9, '2:57'],
  took: ['84.6', '80.0'],
  progress: ['1:23', '4:56'],
  sent: ['6116', '6217'],
  sentAt: ['6118', '6219', 6320],
  runValid: ['0.6121'],
};

type Leaves = Readonly<Record<string, string>>;

/** Every text by its path, those with parameters said with their {@link ARGUMENTS}. */
function leavesOf(texts: Texts): Leaves {
  const walk = (value: unknown, path: string): [string, string][] => {
    if (typeof value === 'string') return [[path, value]];
    if (typeof value === 'function') return [[path, value(...ARGUMENTS[path as keyof Says])]];
    return Object.entries(value as object).flatMap(([key, item]) => walk(item, path === '' ? key : `${path}.${key}`));
  };
  return Object.fromEntries(walk(texts, ''));
}

/** What of a text with parameters came from the parameter at a place; of an object, the values that are said. */
function saidOf(text: string, argument: unknown): string[] {
  const values = typeof argument === 'object' ? Object.values(argument as object) : [argument];
  return values.map(String).filter((value) => text.includes(value));
}

const english = leavesOf(EN);
const others = Object.entries(CATALOGUES).filter(([language]) => language !== 'en');

test('[REPORT-16] the key of a catalogue is its language, which the runtime knows', () => {
  for (const [language, texts] of Object.entries(CATALOGUES)) {
    assert.equal(texts.language, language);
    assert.deepEqual(Intl.NumberFormat.supportedLocalesOf(language), [language]);
  }
});

for (const [language, texts] of others) {
  const leaves = leavesOf(texts);

  test(`[REPORT-16] ${language} has the keys and parameters of English`, () => {
    assert.deepEqual(Object.keys(leaves).toSorted(), Object.keys(english).toSorted());
    for (const name of Object.keys(ARGUMENTS) as (keyof Says)[]) {
      assert.equal(texts[name].length, EN[name].length, name);
      for (const [i, argument] of ARGUMENTS[name].entries()) {
        const said = saidOf(leaves[name] ?? '', argument);
        assert.ok(said.length > 0, `${name} leaves out parameter ${i}`);
        assert.deepEqual(said, saidOf(english[name] ?? '', argument), `${name}, parameter ${i}`);
      }
    }
  });

  test(`[REPORT-16] ${language} repeats no English text but symbols and units`, () => {
    for (const [key, text] of Object.entries(leaves)) {
      assert.notEqual(text.trim(), '', key);
      if (text === english[key]) assert.match(text, /^(?:P\d+|ms)$/, key);
    }
  });
}

test('[REPORT-16] a Chinese text is Chinese: Han characters, full-width marks, no English word', () => {
  const given = new Set(
    JSON.stringify(ARGUMENTS)
      .split(/[^\w.:-]+/)
      .concat('zh', 'CN', 'ms', 'GB', 'TLS', 'ulimit', 'n', 'SLO', 'details', 'Ctrl-C'),
  );
  for (const [key, leaf] of Object.entries(leavesOf(CATALOGUES['zh-CN']))) {
    const text = leaf.replaceAll(/\{\w+\}/g, '7');
    const words = (text.match(/[a-z][\w.:-]*/gi) ?? []).filter((word) => !given.has(word) && !/^P\d+$/.test(word));
    if (key !== 'language') assert.deepEqual(words, [], key);
    assert.doesNotMatch(text, /\p{Script=Han}[,.;:!?]|[,;!?] ?\p{Script=Han}/u, key);
  }
});

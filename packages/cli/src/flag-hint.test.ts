import assert from 'node:assert/strict';
import { test } from 'node:test';
import { likelyFlag } from './flag-hint.ts';
import { readLoadRequest } from './load-request.ts';

const KNOWN = ['duration', 'rate', 'users', 'url', 'md'];

test('[CLI-28] the nearest flag, what other tools call it, and none when nothing is near', () => {
  const meant = { '--duraton': '--duration', '--dur': '--duration', '--rates': '--rate', '--vus': '--users' };
  for (const [given, flag] of Object.entries(meant)) assert.equal(likelyFlag(given, KNOWN), flag, given);
  assert.deepEqual(
    ['-q', '-z', '--markdown'].map((given) => likelyFlag(given, KNOWN)),
    ['--rate', '--duration', '--md'],
  );
  for (const given of ['--pipelining', '-p', '-w', '--toString']) assert.equal(likelyFlag(given, KNOWN), undefined);
});

test('[CLI-28] a flag that is unknown is answered with the one that was meant', () => {
  const given =
    (...flags: string[]) =>
    () =>
      readLoadRequest(['--url', 'http://127.0.0.1:80/', ...flags], {});
  assert.throws(given('--duraton', '5'), { message: 'unknown flag --duraton (did you mean --duration?)' });
  assert.throws(given('--pipelining', '5'), { message: 'unknown flag --pipelining' });
  assert.throws(given('-d'), { message: '-d, --duration needs a value' });
});

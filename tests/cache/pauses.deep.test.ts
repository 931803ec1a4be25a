import { test } from 'node:test';
import { pausesWithLease, pausesWithOldValue } from './pauses.ts';

test('[CACHE-510] nor does one that stood still for twenty seconds', (t) => pausesWithOldValue(t, 20_000, 5_000));

test('[CACHE-511] nor does one whose right of three seconds is long over', (t) => pausesWithLease(t, 8_000, 3_000));

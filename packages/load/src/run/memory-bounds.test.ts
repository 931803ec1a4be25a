import { test } from 'node:test';
import { assertFlat } from './memory-flat.test.ts';

test('[LOAD-79] memory is flat over a million arrivals of a day', () => assertFlat(1_000_000));

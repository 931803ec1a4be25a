import { test } from 'node:test';
import { assertFlat } from './memory-flat.test.ts';

test('[LOAD-79] memory is flat over 10^8 arrivals of a day', () => assertFlat(100_000_000));

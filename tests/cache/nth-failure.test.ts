import { test } from 'node:test';
import { failEachInTurn } from './nth-failure.ts';

test('[CACHE-509] a load of which any one command is not answered gives what it should, soon, and asks the origin once', (t) =>
  failEachInTurn(t, 'load', 'unanswered'));

import { strict as assert } from 'node:assert';
import { registerHooks } from 'node:module';
import { test } from 'node:test';
import { createMsgpackrSerializer } from './index.ts';

test('[CACHE-165] without msgpackr the serializer says what to install', async () => {
  const hooks = registerHooks({
    resolve(specifier, context, next) {
      return next(specifier === 'msgpackr' ? 'a-package-that-is-not-there' : specifier, context);
    },
  });
  try {
    await assert.rejects(createMsgpackrSerializer(), {
      code: 'MILLRACE_CACHE_MSGPACKR_MISSING',
      mend: 'npm install msgpackr',
    });
  } finally {
    hooks.deregister();
  }
});

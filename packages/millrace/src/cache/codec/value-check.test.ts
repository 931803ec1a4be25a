import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { refusals, shared } from './codec.test.model.ts';
import { createValueCodec, type StandardSchema, type ValueCheck } from './index.ts';

const KEY = 'users:42';

/** What a codec with this check gives for a value that was written without one. */
async function readWith(validate: ValueCheck, value: unknown): Promise<unknown> {
  const reader = createValueCodec({ validate });
  const found = await reader.decode(KEY, await createValueCodec().encode(KEY, shared(value)));
  assert.deepEqual(refusals(reader), found === undefined ? { invalid: 1 } : {});
  return found?.value;
}

function schemaOf(validate: StandardSchema['~standard']['validate']): StandardSchema {
  return { '~standard': { version: 1, validate } };
}

const isNamed = (value: unknown): boolean => typeof (value as { name?: unknown } | null)?.name === 'string';
const ANN = { name: 'Ann' };

test('[CACHE-190] a function accepts, refuses, or gives the value to use', async () => {
  assert.deepEqual(await readWith(isNamed, ANN), ANN);
  assert.equal(await readWith(isNamed, { nom: 'Ann' }), undefined);
  assert.equal(await readWith(isNamed, null), undefined);
  assert.deepEqual(await readWith((it) => ({ ...(it as object), age: 0 }), ANN), { ...ANN, age: 0 });
  assert.equal(await readWith(() => null, ANN), null);
  assert.equal(await readWith(() => undefined, ANN), undefined);
  assert.deepEqual(await readWith(async (it) => isNamed(it), ANN), ANN);
  const method = 'then';
  const own = { [method]: (resolve: (answer: boolean) => void) => resolve(false) };
  assert.equal(await readWith(() => own, ANN), undefined);
});

test('[CACHE-190] a Standard Schema is asked, also one that is a function or takes its time', async () => {
  const named = schemaOf((value) => (isNamed(value) ? { value } : { issues: [{ message: 'no name' }] }));
  assert.deepEqual(await readWith(named, ANN), ANN);
  assert.equal(await readWith(named, {}), undefined);
  assert.deepEqual(
    await readWith(
      schemaOf(async (value) => ({ value: [value] })),
      1,
    ),
    [1],
  );
  assert.equal(
    await readWith(
      schemaOf(() => ({ value: undefined })),
      1,
    ),
    undefined,
  );
  const callable = Object.assign(() => 'called as a function', named);
  assert.deepEqual(await readWith(callable, ANN), ANN);
});

test('[CACHE-190] a check that throws or rejects refuses', async () => {
  const broken = (): never => {
    throw new Error('broken');
  };
  assert.equal(await readWith(broken, ANN), undefined);
  assert.equal(await readWith(async () => broken(), ANN), undefined);
  assert.equal(await readWith(schemaOf(broken), ANN), undefined);
  assert.equal(
    await readWith(
      schemaOf(async () => broken()),
      ANN,
    ),
    undefined,
  );
});

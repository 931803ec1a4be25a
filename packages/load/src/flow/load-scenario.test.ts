import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { FlowScenario } from './flow-scenario.ts';
import { loadScenario } from './load-scenario.ts';

const DOOR = new URL('./index.ts', import.meta.url).href;
let folder = '';
before(async () => {
  folder = await mkdtemp(join(import.meta.dirname, 'load-scenario-'));
});
after(() => rm(folder, { recursive: true }));

async function write(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, text);
  return file;
}

const FLOWS = `import { defineScenario } from '${DOOR}';
interface Page { readonly items: readonly number[] }
const make = (name: string) => defineScenario({
  name, users: 1, flows: [{ name: 'flow', async run(user) { (await user.get('/')).json<Page>(); } }],
});
export default make('by default');
export const other = make('by name');
export const steps = { name: 'steps', users: 1, createUser: () => 1, steps: [{ name: 'a', weight: 1, build: () => ({ method: 'GET', path: '/' }) }] };
export const number = 7;
`;

test('[FLOW-40] TypeScript runs as it is, by path or URL, by default or by name', async () => {
  const file = await write('good.ts', FLOWS);
  const scenario = await loadScenario({ href: file });
  assert.ok(scenario instanceof FlowScenario);
  assert.equal(scenario.name, 'by default');
  assert.equal((await loadScenario({ href: pathToFileURL(file).href, name: 'other' })).name, 'by name');
  assert.equal((await loadScenario({ href: file, name: 'steps' })).name, 'steps');
});

test('[FLOW-40] a scenario that another copy of this package made is one', async () => {
  const copy = new URL('./flow-scenario.ts?copy', import.meta.url).href;
  const flows = "[{ name: 'flow', async run() {} }]";
  const file = await write(
    'copy.ts',
    `import { defineFlows } from '${copy}';\nexport default defineFlows({ name: 'copy', users: 1, flows: ${flows} });`,
  );
  const scenario = await loadScenario({ href: file });
  assert.deepEqual([scenario.name, scenario instanceof FlowScenario], ['copy', false]);
});

test('[FLOW-40] what is no scenario is refused, and named', async () => {
  const file = await write('named.ts', FLOWS);
  const invalid = { code: 'MILLRACE_FLOW_SCENARIO_INVALID' };
  await assert.rejects(loadScenario({ href: file, name: 'number' }), {
    ...invalid,
    message: /named\.ts.*number was not/,
  });
  const empty = await write('empty.ts', 'export const a = 1;\n');
  await assert.rejects(loadScenario({ href: empty }), { ...invalid, message: /exports a, not default/ });
});

test('[FLOW-40] a file that is missing or does not run is refused, with why and where', async () => {
  const unreadable = { code: 'MILLRACE_FLOW_SCENARIO_UNREADABLE' };
  await assert.rejects(loadScenario({ href: join(folder, 'missing.ts') }), {
    ...unreadable,
    message: /missing\.ts.*ENOENT/,
  });
  await assert.rejects(loadScenario({ href: 'https://a.test/x.ts' }), {
    ...unreadable,
    message: /neither a file: URL/,
  });
  const broken = await write('broken.ts', 'export default {\n  name: 1 +,\n};\n');
  await assert.rejects(loadScenario({ href: broken }), { ...unreadable, message: /broken\.ts/ });
  const enums = await write('enum.ts', 'export enum A { b }\n');
  await assert.rejects(loadScenario({ href: enums }), { ...unreadable, message: /enum/ });
  const throwing = await write('throws.ts', 'throw new Error("no database");\n');
  await assert.rejects(loadScenario({ href: throwing }), { ...unreadable, message: /no database/ });
  const misspelt = await write(
    'misspelt.ts',
    `import { defineScenario } from '${DOOR}';\nexport default defineScenario({ name: 'a', users: 1, flow: [], flows: [] } as any);\n`,
  );
  await assert.rejects(loadScenario({ href: misspelt }), { ...unreadable, message: /no option flow: write `flows`/ });
});

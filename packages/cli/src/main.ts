#!/usr/bin/env node
import { oldNode } from './node-version.ts';

/** In a checkout that is not built, the sources find their packages by the export condition alone. */
function refuseUnbuilt(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/\/dist\/[\w/-]+\.js'/.test(error.message)) throw error;
  return refuse('millrace: its packages are not built; run it as npm run millrace -- …, or npm run build first');
}

function refuse(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(2);
}

const old = oldNode(process.versions.node);
if (old !== undefined) refuse(old);
const { runCommandLine } = await import('./command-line.ts').catch(refuseUnbuilt);
await runCommandLine();

#!/usr/bin/env node

/** In a checkout that is not built, the sources find their packages by the export condition alone. */
function refuseUnbuilt(error: NodeJS.ErrnoException): never {
  if (error.code !== 'ERR_MODULE_NOT_FOUND' || !/\/dist\/[\w/-]+\.js'/.test(error.message)) throw error;
  const mend = 'run npm run build, or add --conditions=millrace-source, as npm scripts do';
  process.stderr.write(`millrace: its packages are not built; ${mend}\n`);
  process.exit(2);
}

const { runCommandLine } = await import('./command-line.ts').catch(refuseUnbuilt);
await runCommandLine();

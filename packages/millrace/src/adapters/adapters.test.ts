import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

test('[ADAPTER-1] the bindings import Node and this package, and nothing else', () => {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.includes('.test.'));
  assert.ok(files.length > 4);
  for (const file of files) {
    const text = readFileSync(`${import.meta.dirname}/${file}`, 'utf8');
    for (const [, specifier = ''] of text.matchAll(/^(?:import|export)[^;]*?from '([^']+)';/gm))
      assert.match(specifier, /^(?:node:|\.)/, file);
    assert.doesNotMatch(text, /\bimport\(/, file);
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CATALOGUES } from '@millrace/load/report';
import { HELP } from './help.ts';
import { readTexts } from './language.ts';
import { readLoadRequest } from './load-request.ts';
import { readProveRequest } from './prove-request.ts';

const LOCALES: readonly [Record<string, string>, string][] = [
  [{}, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'en'],
  [{ LANG: 'zha_CN' }, 'en'],
  [{ LANG: 'zh' }, 'zh-CN'],
  [{ LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
  [{ LANG: 'zh_TW.UTF-8' }, 'zh-CN'],
  [{ LANG: 'zh-Hans' }, 'zh-CN'],
  [{ LC_ALL: 'zh_CN.UTF-8', LC_MESSAGES: 'C', LANG: 'C' }, 'zh-CN'],
  [{ LC_ALL: 'C', LANG: 'zh_CN.UTF-8' }, 'en'],
  [{ LC_MESSAGES: 'en_GB.UTF-8', LANG: 'zh_CN.UTF-8' }, 'en'],
  [{ LC_ALL: '', LC_MESSAGES: '', LANG: 'zh_CN.UTF-8' }, 'zh-CN'],
];

test('[CLI-15] without --lang the locale chooses: LC_ALL, LC_MESSAGES, LANG, the first that is set', () => {
  for (const [env, language] of LOCALES)
    assert.equal(readTexts(undefined, env).language, language, JSON.stringify(env));
});

test('[CLI-15] --lang wins over the locale', () => {
  const env = { LC_ALL: 'zh_CN.UTF-8' };
  assert.equal(readTexts('en', env), CATALOGUES.en);
  assert.equal(readTexts('zh-CN', {}), CATALOGUES['zh-CN']);
  assert.equal(readProveRequest(['p.ts', '--lang', 'en'], env).texts.language, 'en');
  assert.equal(readProveRequest(['p.ts'], env).texts.language, 'zh-CN');
  const load = ['--url', 'http://127.0.0.1:1', '--rate', '5', '-d', '1'];
  assert.equal(readLoadRequest([...load, '--lang', 'en'], env).texts.language, 'en');
  assert.equal(readLoadRequest(load, env).texts.language, 'zh-CN');
});

test('[CLI-15] a language without words is refused, and those there are are named', () => {
  for (const lang of ['', 'fr', 'zh', 'EN', 'constructor'])
    assert.throws(() => readTexts(lang, {}), { code: 'MILLRACE_CLI_FLAG_INVALID', mend: /en or zh-CN/ });
});

test('[CLI-1] the help names every language', () => {
  for (const language of Object.keys(CATALOGUES)) assert.match(HELP, new RegExp(`--lang.*\\b${language}\\b`));
});

import { Markup, markup } from '../markup.ts';
import type { Texts } from '../texts.ts';
import { STYLE } from './style.ts';

/** A whole page that loads nothing: no script, no external resource (its content policy forbids them). */
export function htmlDocument(title: string, { language }: Texts, head: Markup, sections: readonly Markup[]): string {
  return markup`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body>
${head}
<main>
${sections}
</main>
</body>
</html>
`.text;
}

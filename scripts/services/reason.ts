/** The text of whatever was thrown, in one line. */
export function reasonOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return oneLine(String(thrown));
  return oneLine(thrown.message || String((thrown as NodeJS.ErrnoException).code));
}

/** `text` without its line breaks. */
export function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' | ');
}

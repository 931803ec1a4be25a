/** What all keys of a limiter begin with. */
export function redisPrefix(kind: string, name: string): string {
  return `${kind}:${withoutBraces(name).replaceAll(':', '%3A')}:`;
}

/** Without braces, so that a Cluster hashes all of it and nobody chooses where it lies. */
export function withoutBraces(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('{', '%7B').replaceAll('}', '%7D');
}

/** What other load testers, and curl, call flags of this command. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  '--arrival-rate': '--rate',
  '--data': '--body',
  '--iterations': '--requests',
  '--markdown': '--md',
  '--query-per-second': '--rate',
  '--request': '--method',
  '--vus': '--users',
  '-X': '--method',
  '-a': '--requests',
  '-i': '--requests',
  '-o': '--json',
  '-q': '--rate',
  '-r': '--rate',
  '-t': '--timeout',
  '-u': '--users',
  '-w': '--workers',
  '-z': '--duration',
};

/** The flag that was most likely meant, of those that there are; undefined when none is near. */
export function likelyFlag(given: string, known: readonly string[]): string | undefined {
  const flags = known.map((name) => `--${name}`);
  const elsewhere = Object.hasOwn(ELSEWHERE, given) ? ELSEWHERE[given] : undefined;
  if (elsewhere !== undefined && flags.includes(elsewhere)) return elsewhere;
  if (!given.startsWith('--')) return undefined;
  const [nearest] = flags
    .map((flag) => ({ flag, distance: flag.startsWith(given) ? 1 : editDistance(given, flag) }))
    .filter(({ distance }) => distance <= 2)
    .sort((one, other) => one.distance - other.distance);
  return nearest?.flag;
}

/** How many letters are to be put in, taken out or changed (Levenshtein). */
function editDistance(from: string, to: string): number {
  let above = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...from].entries()) {
    const line = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const changed = (above[column] ?? 0) + (letter === other ? 0 : 1);
      line.push(Math.min(changed, (above[column + 1] ?? 0) + 1, (line[column] ?? 0) + 1));
    }
    above = line;
  }
  return above[to.length] ?? 0;
}

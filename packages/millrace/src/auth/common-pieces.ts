/*
 * What passwords are made of that many people choose: words, names, runs on the keyboard, years, repetitions. A list of
 * leaked passwords grows stale and is somebody's; these are habits, written down by hand.
 */

const WORDS = `
password passwort passwd passw pass word code access login logon signin welcome willkommen bienvenue hello hallo hola bonjour
admin administrator root user username guest test tester testing demo temp temporary default changeme change please secret
secure security private letmein open sesame enter super system server service computer internet google facebook apple
microsoft windows linux android samsung iphone amazon netflix github company office manager master mister money
love lover loveyou iloveyou ily forever always baby angel princess prince queen king sweet heart honey sugar flower rose
sunshine sun moon star stars starwars sky blue green black white orange purple yellow silver gold golden red pink
dragon monkey tiger lion eagle shadow wolf bear panther horse dog cat doggy kitty puppy hunter ranger soldier killer
batman superman spider pokemon naruto matrix gandalf frodo harry potter jedi yoda trustno mustang ferrari porsche
football soccer baseball basketball hockey tennis golf fussball futbol liverpool chelsea arsenal barcelona madrid bayern
summer winter spring autumn fall sommer herbst fruehling january february march april may june july august september
october november december monday tuesday wednesday thursday friday saturday sunday today tomorrow
michael jordan thomas daniel robert andrew anthony joshua matthew charlie george william james john david peter martin
jessica jennifer ashley nicole michelle amanda samantha maria anna laura julia sarah thunder freedom whatever nothing
cookie cheese chocolate coffee pepper ginger banana apple peach pumpkin hammer bond happy lucky magic power music
correct battery staple tr0ubador qazwsx qwe asd zxc abc xyz 123 321 you and the for life god sex fuck fucking bitch ass
woaini mima nihao huanying
`;

/** Rows and columns of keyboards; read in both directions. */
const RUNS = [
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'qsdfghjklm',
  'zxcvbnm',
  'yxcvbnm',
  '1234567890',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  '!@#$%^&*()',
].flatMap((run) => [run, [...run].reverse().join('')]);

const SHORTEST_WORD = 3;
/** Three neighbours in a row are often chance; what people type as three stands among the words. */
const SHORTEST_RUN = 4;
const SHORTEST_REPETITION = 3;

/** Letters and the signs written in their place. */
const SIGNS: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', l: 'i', '!': 'i', '3': 'e', '4': 'a', '@': 'a', '5': 's', $: 's', '7': 't', '9': 'g' },
};

/** Small letters, with those of one look taken for one: `P4$$w0rd` reads as `password` does. */
export function foldLetters(text: string): string {
  return text.toLowerCase().replaceAll(/[01l!34@5$79]/g, (sign) => SIGNS[sign] ?? sign);
}

const FOLDED = WORDS.trim().split(/\s+/).map(foldLetters);
const COMMON: ReadonlySet<string> = new Set(FOLDED);

/**
 * Of how many pieces the text is made, up to `enough`: a word, a run, a year, a repetition is one, and so is any other
 * character. What it is made of is guessed piece by piece.
 * @param own further words, folded, that are easy to guess for this one user
 */
export function countPieces(text: string, enough: number, own: ReadonlySet<string> = new Set()): number {
  const unit = shortestUnit(text.toLowerCase());
  const folded = foldLetters(unit);
  const longest = Math.max(...[...COMMON, ...own].map((word) => word.length));
  let pieces = unit.length < text.length ? 1 : 0;
  for (let at = 0; at < unit.length && pieces < enough; pieces++) {
    const word = wordAt(folded, at, longest, own);
    at += Math.max(1, word, repetitionAt(unit, at), stepsAt(unit, at), runAt(unit, at), yearAt(unit, at));
  }
  return pieces;
}

/** The shortest text that gives this one by being repeated, the last time perhaps in part. */
function shortestUnit(text: string): string {
  for (let length = 1; length <= Math.min(64, text.length / 2); length++) {
    if (text.startsWith(text.slice(length))) return text.slice(0, length);
  }
  return text;
}

function wordAt(folded: string, at: number, longest: number, own: ReadonlySet<string>): number {
  for (let length = Math.min(longest, folded.length - at); length >= SHORTEST_WORD; length--) {
    const piece = folded.slice(at, at + length);
    if (COMMON.has(piece) || own.has(piece)) return length;
  }
  return 0;
}

function repetitionAt(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text[end] === text[at]) end++;
  return end - at >= SHORTEST_REPETITION ? end - at : 0;
}

/** `abcd`, `9876`: each character the next one of the alphabet, or the one before. */
function stepsAt(text: string, at: number): number {
  const step = text.charCodeAt(at + 1) - text.charCodeAt(at);
  if (Math.abs(step) !== 1) return 0;
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) - text.charCodeAt(end - 1) === step) end++;
  return end - at >= SHORTEST_RUN ? end - at : 0;
}

function runAt(text: string, at: number): number {
  let longest = 0;
  for (const run of RUNS) {
    const start = run.indexOf(text.slice(at, at + SHORTEST_RUN));
    if (start < 0 || at + SHORTEST_RUN > text.length) continue;
    let length = SHORTEST_RUN;
    while (start + length < run.length && text[at + length] === run[start + length]) length++;
    longest = Math.max(longest, length);
  }
  return longest;
}

function yearAt(text: string, at: number): number {
  return /^(?:19|20)\d\d/.test(text.slice(at, at + 4)) ? 4 : 0;
}

/**
 * Two people changed one paragraph at once: both changes in one text, so that nothing either wrote is lost.
 * By words, against the text both began with; where both changed the same words, both wordings stand, theirs first.
 */
export interface Hunk {
  /** Words [from, to) of the common text that go out, and what comes in their place. */
  from: number;
  to: number;
  words: string[];
}

const MOST = 2_000;

export function merged(base: string, mine: string, theirs: string): string {
  const [old, own, other] = [words(base), words(mine), words(theirs)];
  if (old.length > MOST || own.length > MOST || other.length > MOST) return `${theirs}\n${mine}`;
  return join(woven(old, hunks(old, other), hunks(old, own)));
}

export const words = (text: string): string[] => text.match(/\n|[^\s]+/g) ?? [];

function join(some: string[]): string {
  return some.join(" ").replace(/ ?\n ?/g, "\n");
}

/** What changed from `old` to `now`, as few words as a longest common run of words leaves. */
export function hunks(old: string[], now: string[]): Hunk[] {
  const same = common(old, now);
  const found: Hunk[] = [];
  let [at, there] = [0, 0];
  for (const [a, b] of [...same, [old.length, now.length] as const]) {
    if (a > at || b > there) found.push({ from: at, to: a, words: now.slice(there, b) });
    [at, there] = [a + 1, b + 1];
  }
  return found;
}

/** Pairs of places of a longest common subsequence. */
function common(old: string[], now: string[]): [number, number][] {
  const width = now.length + 1;
  const longest = new Uint16Array((old.length + 1) * width);
  const best = (a: number, b: number): number => longest[a * width + b] ?? 0;
  for (let a = old.length - 1; a >= 0; a -= 1) {
    for (let b = now.length - 1; b >= 0; b -= 1) {
      longest[a * width + b] = old[a] === now[b] ? best(a + 1, b + 1) + 1 : Math.max(best(a + 1, b), best(a, b + 1));
    }
  }
  const pairs: [number, number][] = [];
  let [a, b] = [0, 0];
  while (a < old.length && b < now.length) {
    if (old[a] === now[b]) {
      pairs.push([a, b]);
      a += 1;
      b += 1;
    } else if (best(a + 1, b) >= best(a, b + 1)) a += 1;
    else b += 1;
  }
  return pairs;
}

function woven(old: string[], theirs: Hunk[], mine: Hunk[]): string[] {
  const alike = (one: Hunk, other: Hunk): boolean => one.from === other.from && one.to === other.to && one.words.join(" ") === other.words.join(" ");
  const own = mine.filter((hunk) => !theirs.some((other) => alike(hunk, other)));
  const out: string[] = [];
  let at = 0;
  for (const hunk of [...theirs, ...own].sort((one, other) => one.from - other.from)) {
    if (hunk.from > at) out.push(...old.slice(at, hunk.from));
    out.push(...hunk.words);
    at = Math.max(at, hunk.to);
  }
  return [...out, ...old.slice(at)];
}

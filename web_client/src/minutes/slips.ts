/** What was put right in a text, as pairs that may stand wrong elsewhere too: a name, a figure, a turn of words. */
import { hunks, words, type Hunk } from "./merge.js";

export interface Slip {
  wrong: string;
  right: string;
}

const LONGEST = 5;
const MOST = 3;

export function slips(before: string, after: string): Slip[] {
  const [old, now] = [words(before), words(after)];
  if (old.length > 2_000 || now.length > 2_000) return [];
  const found = hunks(old, now).map((hunk) => wholeName(old, hunk)).map((hunk) => ({ wrong: bare(old.slice(hunk.from, hunk.to)), right: bare(hunk.words) }));
  return found.filter((slip, n) => tells(slip) && found.findIndex((other) => other.wrong === slip.wrong) === n).slice(0, MOST);
}

/** One syllable of a name says little: its neighbours with a capital belong to it ("Mạ Hố", not "Hố"). */
function wholeName(old: string[], hunk: Hunk): Hunk {
  if (hunk.from === hunk.to || !/^\p{Lu}/u.test(hunk.words[0] ?? "")) return hunk;
  let { from, to } = hunk;
  const begins = (at: number): boolean => at === 0 || /[.!?:…]$/.test(old[at - 1] ?? ""); // its capital says nothing
  while (from > 0 && !begins(from - 1) && hunk.to - from < LONGEST && /^\p{Lu}[\p{L}]*$/u.test(old[from - 1] ?? "")) from -= 1;
  while (to < old.length && to - from < LONGEST && /[\p{L}]$/u.test(old[to - 1] ?? "") && /^\p{Lu}/u.test(old[to] ?? "")) to += 1;
  return { from, to, words: [...old.slice(from, hunk.from), ...hunk.words, ...old.slice(hunk.to, to)] };
}

const bare = (some: string[]): string => some.join(" ").replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}%]+$/gu, "");

/** Whether the pair says something beyond this sentence: common single words are wrong in one place and right in the next. */
function tells({ wrong, right }: Slip): boolean {
  if (wrong.length < 2 || !right || wrong === right || wrong.includes("\n") || right.includes("\n")) return false;
  const [many, more] = [wrong.split(" ").length, right.split(" ").length];
  if (many > LONGEST || more > LONGEST) return false;
  if (/^\p{Lu}/u.test(right) && wrong.toLowerCase() !== right.toLowerCase()) return true;
  return many > 1 || /^\d[\d.,]+%?$/.test(wrong);
}

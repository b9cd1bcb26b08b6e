/** A line's text in parts, pure. */
import type { Interim } from "./state.js";

export interface Part {
  text: string;
  unsure: boolean;
}

/** The text as parts in order; ranges are [from, to), ordered; what lies outside the text is left out. */
export function cut(text: string, unsure: readonly (readonly [number, number])[]): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const [from, to] of unsure) {
    if (from > at) parts.push({ text: text.slice(at, from), unsure: false });
    parts.push({ text: text.slice(Math.max(at, from), to), unsure: true });
    at = Math.max(at, to);
  }
  parts.push({ text: text.slice(at), unsure: false });
  return parts.filter((part) => part.text !== "");
}

/** What will not change any more, and the tail that still may. */
export function split(interim: Pick<Interim, "text" | "stable">): [string, string] {
  return [interim.text.slice(0, interim.stable), interim.text.slice(interim.stable)];
}

/** The text with one range put differently: a suggested name that a person chose. */
export function put(text: string, start: number, end: number, word: string): string {
  return text.slice(0, start) + word + text.slice(end);
}

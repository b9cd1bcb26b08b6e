/** What was chosen before the room, handed to it without asking again; a reload finds the words, not the track. */
import type { Choices } from "./entry.js";

let waiting: { meeting: string; choices: Choices } | null = null;

export function handOver(meeting: string, choices: Choices): void {
  waiting = { meeting, choices };
}

export function takeOver(meeting: string): Choices | null {
  const found = waiting?.meeting === meeting ? waiting.choices : null;
  waiting = null;
  return found;
}

import type { Floor } from "../views/types.js";

/** By how many ms the speaker is past the limit; 0 within it or without one. */
export function overTime(floor: Floor | undefined, now: number): number {
  const limit = (floor?.limit_s ?? 0) * 1000;
  return limit && floor?.speaker ? Math.max(0, now - floor.speaker.since - limit) : 0;
}

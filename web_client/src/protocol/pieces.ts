/** Which pieces of a safety copy are owed to the server, which may be forgotten, and when the line was cut. Pure. */

export interface Chunk {
  scope: string;
  /** The piece it is of: when that began (ms, the server's time). */
  piece: number;
  n: number;
  until: number;
  type: string;
  data: ArrayBuffer;
}

/** Some seconds of sound that can be played by themselves. */
export interface Piece {
  since: number;
  until: number;
  bytes: number;
  /** The recorder has ended it. */
  whole: boolean;
  /** Found when the page came back: what became of the line meanwhile nobody knows. */
  left?: boolean;
}

export interface Cut {
  since: number;
  /** null: it lasts. */
  until: number | null;
}

/** A cut is seen late, and its end too early. */
const MARGIN_MS = 1_000;
/** Reports come every second; so long without anything is a cut. */
const SILENT_MS = 2_500;
/** Without a cut nothing older is kept. */
const FRESH_MS = 60_000;
const LONGEST_MS = 30 * 60_000;
const MOST_BYTES = 16 * 1024 * 1024;

export function isOwed(piece: Piece, cuts: readonly Cut[]): boolean {
  if (piece.left) return true;
  return cuts.some((cut) => piece.since < (cut.until ?? Infinity) + MARGIN_MS && piece.until > cut.since - MARGIN_MS);
}

/** To be sent, the oldest first. */
export function owed(pieces: readonly Piece[], cuts: readonly Cut[]): Piece[] {
  return pieces.filter((piece) => piece.whole && isOwed(piece, cuts)).sort((a, b) => a.since - b.since);
}

/** No longer kept: not needed any more, or more than fits (then the oldest go). */
export function overdue(pieces: readonly Piece[], cuts: readonly Cut[], now: number): Piece[] {
  const gone = new Set(pieces.filter((piece) => piece.whole && piece.until < now - FRESH_MS && !isOwed(piece, cuts)));
  let bytes = 0;
  for (const piece of [...pieces].sort((a, b) => b.since - a.since)) {
    if (gone.has(piece)) continue;
    bytes += piece.bytes;
    if (bytes > MOST_BYTES || piece.until < now - LONGEST_MS) gone.add(piece);
  }
  return [...gone];
}

/** When nothing came over the sound line. */
export class Cuts {
  list: Cut[] = [];
  private received = -1;
  private heardAt: number | null = null;

  /** Every second or so. `received`: bytes that came so far; another number than before is a sign of life. */
  look(now: number, works: boolean, received: number): void {
    const alive = works && received !== this.received;
    this.received = received;
    this.heardAt ??= now;
    const last = this.list[this.list.length - 1];
    if (alive) {
      if (last && last.until === null) last.until = now;
      this.heardAt = now;
    } else if (now - this.heardAt > SILENT_MS && !this.lasts) {
      this.list.push({ since: this.heardAt, until: null });
    }
  }

  get lasts(): boolean {
    const last = this.list[this.list.length - 1];
    return last !== undefined && last.until === null;
  }

  /** Cuts that no piece is left of. */
  forget(pieces: readonly Piece[]): void {
    this.list = this.list.filter((cut) => cut.until === null || pieces.some((piece) => isOwed(piece, [cut])));
  }
}

/**
 * The safety copy: while the meeting is recorded, the hall's device and the holder of the floor keep the last minute of
 * what they send; what was said while the sound line was cut is uploaded afterwards. Off record nothing is kept.
 */
import type { ChunkStore } from "./chunk_store.js";
import { HttpFault } from "./http.js";
import { Cuts, isOwed, overdue, owed, type Chunk, type Piece } from "./pieces.js";

export interface SafetyPorts {
  /** The session of this tab in this meeting: another tab of the same browser keeps its own. */
  scope: string;
  store: Promise<ChunkStore>;
  now(): number;
  /** Raises NoLine or HttpFault. */
  send(since: number, data: Blob): Promise<void>;
  changed(): void;
}

const AGAIN_MS = 3_000;
const PATIENT_MS = 30_000;
/** What a tab left that never came back. */
const OLD_MS = 12 * 3_600_000;

export class Safety {
  readonly cuts = new Cuts();
  private readonly pieces = new Map<number, Piece & { chunks: number[] }>();
  private sending = false;
  private delay = AGAIN_MS;
  private notBefore = 0;
  /** Pieces that began before are over, whatever a recorder that is being stopped still gives. */
  private barred = -1;
  private line: Promise<void> = Promise.resolve();

  constructor(private readonly ports: SafetyPorts) {
    this.later(async (store) => {
      await store.forget(ports.now() - OLD_MS);
      for (const chunk of await store.of(ports.scope)) this.note(chunk.piece, chunk.n, chunk.data.byteLength, chunk.until, true);
      ports.changed();
    });
  }

  /** Seconds of sound that wait to be sent. */
  get waiting(): number {
    const found = owed([...this.pieces.values()], this.cuts.list);
    return Math.ceil(found.reduce((sum, piece) => sum + piece.until - piece.since, 0) / 1000);
  }

  chunk(piece: number, n: number, data: Blob, until: number): void {
    this.note(piece, n, data.size, until, false);
    this.later(async (store) => {
      const chunk: Chunk = { scope: this.ports.scope, piece, n, until, type: data.type, data: await data.arrayBuffer() };
      if (this.pieces.get(piece)?.chunks[n] !== undefined) await store.put(chunk);
    });
  }

  whole(piece: number): void {
    const known = this.pieces.get(piece);
    if (known) known.whole = true;
  }

  /** Off record since then: nothing later may be kept, and of before only what is owed. */
  offRecord(since: number): void {
    this.barred = this.ports.now();
    for (const piece of [...this.pieces.values()]) {
      piece.whole = true;
      if (piece.since >= since || !isOwed(piece, this.cuts.list)) this.drop(piece);
      else if (piece.until > since) this.shorten(piece, since);
    }
  }

  /** This stretch is not to be kept: of a piece that goes into it only what was before. Nothing after it in such a piece
   * is kept either, because a file without its beginning cannot be played. */
  leaveOut(since: number, until: number): void {
    this.barred = Math.max(this.barred, Math.min(until, this.ports.now()));
    const work = (): void => {
      for (const piece of [...this.pieces.values()]) {
        if (piece.until <= since || piece.since >= until) continue;
        piece.whole = true;
        if (piece.since >= since) this.drop(piece);
        else this.shorten(piece, since);
      }
    };
    work();
    this.later(async () => work()); // what an earlier page left is read only then
  }

  wipe(): void {
    this.barred = this.ports.now();
    this.pieces.clear();
    this.later((store) => store.wipe(this.ports.scope));
  }

  /** Every second. `ready`: there is a line to send over. */
  tick(works: boolean, received: number, ready: boolean): void {
    const now = this.ports.now();
    this.cuts.look(now, works, received);
    for (const piece of overdue([...this.pieces.values()], this.cuts.list, now)) this.drop(piece);
    this.cuts.forget([...this.pieces.values()]);
    if (ready && !this.cuts.lasts && !this.sending && now >= this.notBefore) void this.sendOn();
  }

  private async sendOn(): Promise<void> {
    this.sending = true;
    try {
      for (let next = this.next(); next; next = this.next()) {
        if (!(await this.sendOne(next))) return;
        this.ports.changed();
      }
    } finally {
      this.sending = false;
      this.ports.changed();
    }
  }

  private next(): Piece | undefined {
    return this.cuts.lasts ? undefined : owed([...this.pieces.values()], this.cuts.list)[0];
  }

  /** Whether it is done with: taken, or refused for good. */
  private async sendOne(piece: Piece): Promise<boolean> {
    await this.line;
    const store = await this.ports.store;
    const chunks = (await store.of(this.ports.scope)).filter((chunk) => chunk.piece === piece.since);
    const [first] = chunks;
    try {
      if (first) await this.ports.send(piece.since, new Blob(chunks.map((chunk) => chunk.data), { type: first.type }));
    } catch (fault) {
      if (!(fault instanceof HttpFault) || fault.status === 429 || fault.status >= 500) {
        this.notBefore = this.ports.now() + this.delay;
        this.delay = Math.min(this.delay * 2, PATIENT_MS);
        return false;
      }
    }
    this.delay = AGAIN_MS;
    const known = this.pieces.get(piece.since);
    if (known) this.drop(known);
    return true;
  }

  private note(since: number, n: number, bytes: number, until: number, left: boolean): void {
    const piece = this.pieces.get(since) ?? { since, until, bytes: 0, whole: left, left, chunks: [] };
    if (!left && since <= this.barred) return;
    this.pieces.set(since, piece);
    piece.bytes += bytes;
    piece.until = until;
    piece.chunks[n] = until;
  }

  private shorten(piece: Piece & { chunks: number[] }, since: number): void {
    const kept = piece.chunks.filter((until) => until <= since);
    if (!kept.length) return this.drop(piece);
    piece.chunks = kept;
    piece.until = Math.max(...kept);
    this.later((store) => store.cut(this.ports.scope, piece.since, kept.length));
  }

  private drop(piece: Piece): void {
    this.pieces.delete(piece.since);
    this.later((store) => store.drop(this.ports.scope, piece.since));
  }

  /** One after another; a database that fails costs the copy and nothing else. */
  private later(work: (store: ChunkStore) => Promise<void>): void {
    this.line = this.line.then(async () => work(await this.ports.store)).catch(() => undefined);
  }
}

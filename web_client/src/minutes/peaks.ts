/** How loud a recording is, for the eye: the server's peaks (docs/protocol.md, `…/peaks/{track}`) as bars. */

export interface Peaks {
  seconds: number;
  per_second: number;
  /** 0 to 1000, from the track's beginning on. */
  peaks: ArrayLike<number>;
}

/** As many as a phone draws with ease. */
export const MOST_BARS = 160;
/** A span in which nothing is louder is not drawn larger: the hum of a silent hall stays small. */
const QUIET = 120;

/**
 * Bars of the seconds [from, to): each the loudest of its share, 0 to 1 of the loudest in the span. What is not known
 * yet is 0; none at all when nothing of the span is known.
 */
export function barsOf(known: Peaks, from: number, to: number, most = MOST_BARS): number[] {
  const { per_second: rate, peaks } = known;
  const first = Math.max(0, Math.floor(from * rate));
  const end = Math.ceil(to * rate);
  if (end <= first || first >= peaks.length) return [];
  const count = Math.min(most, end - first);
  const edge = (n: number): number => first + Math.floor((n * (end - first)) / count);
  const loud = Array.from({ length: count }, (_, n) => loudest(peaks, edge(n), edge(n + 1)));
  const top = Math.max(QUIET, ...loud);
  return loud.map((one) => one / top);
}

function loudest(peaks: ArrayLike<number>, start: number, end: number): number {
  let found = 0;
  for (let n = start; n < Math.min(end, peaks.length); n += 1) found = Math.max(found, peaks[n] ?? 0);
  return found;
}

/** The peaks of the track that is played, two bytes each, asked for one at a time and only by who still wants them. */
export class TrackPeaks {
  private path = "";
  private known: Peaks | null = null;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly ask: (path: string) => Promise<Peaks>) {}

  /** What is known at `path` with at least `seconds` of it asked for; null when it is not there (erased, no line). */
  of(path: string, seconds: number, wanted: () => boolean): Promise<Peaks | null> {
    const found = this.last.then(() => (wanted() ? this.found(path, seconds) : null));
    this.last = found;
    return found;
  }

  forget(): void {
    this.known = null;
  }

  private async found(path: string, seconds: number): Promise<Peaks | null> {
    if (this.path === path && this.known && this.known.seconds >= seconds) return this.known;
    this.path = path;
    this.known = null;
    try {
      const told = await this.ask(path);
      this.known = { ...told, peaks: Uint16Array.from(told.peaks) };
    } catch {
      // The plain bar says enough; the sound itself tells what is wrong.
    }
    return this.known;
  }
}

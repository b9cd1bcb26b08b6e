/** The browser's recorder in pieces of ten seconds that overlap a little, each a whole file. */

export interface RecorderPorts {
  now(): number;
  /** A second of the piece that began at `piece`. */
  chunk(piece: number, n: number, data: Blob, until: number): void;
  /** The piece has ended. */
  whole(piece: number): void;
}

const PIECE_MS = 10_000;
const CHUNK_MS = 1_000;
/** The next piece begins before the last one ends: nothing is lost between them, and the server lays them end to end. */
const OVERLAP_MS = 250;
const BITRATE = 24_000;
const FORMS = ["audio/webm;codecs=opus", "audio/mp4", "audio/webm"];

export class PieceRecorder {
  private current: MediaRecorder | null = null;
  private timers: ReturnType<typeof setTimeout>[] = [];
  private readonly stream: MediaStream;

  constructor(readonly track: MediaStreamTrack, private readonly ports: RecorderPorts) {
    this.stream = new MediaStream([track]);
    this.next();
  }

  static get works(): boolean {
    return form() !== undefined;
  }

  stop(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    end(this.current);
    this.current = null;
  }

  private next(): void {
    const former = this.current;
    this.current = this.begin();
    this.timers = [setTimeout(() => this.next(), PIECE_MS), setTimeout(() => end(former), OVERLAP_MS)];
  }

  private begin(): MediaRecorder | null {
    try {
      const made = new MediaRecorder(this.stream, { mimeType: form(), audioBitsPerSecond: BITRATE });
      this.listen(made);
      made.start(CHUNK_MS);
      return made;
    } catch {
      return null; // the microphone has just ended; the next piece tries again
    }
  }

  private listen(made: MediaRecorder): void {
    let piece = this.ports.now();
    let n = 0;
    made.onstart = () => {
      if (n === 0) piece = this.ports.now();
    };
    made.ondataavailable = (event) => {
      if (!event.data.size) return;
      this.ports.chunk(piece, n, event.data, this.ports.now());
      n += 1;
    };
    made.onstop = () => this.ports.whole(piece);
  }
}

function end(recorder: MediaRecorder | null): void {
  if (recorder && recorder.state !== "inactive") recorder.stop();
}

function form(): string | undefined {
  if (typeof MediaRecorder === "undefined") return undefined;
  return FORMS.find((one) => MediaRecorder.isTypeSupported(one));
}

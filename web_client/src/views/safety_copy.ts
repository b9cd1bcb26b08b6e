/** The safety copy of one browser: what is recorded follows the meeting, and what a cut took is sent afterwards. */
import { BrowserStore } from "../protocol/chunk_store.js";
import { postBytes } from "../protocol/http.js";
import { PieceRecorder } from "../protocol/recorder.js";
import { Safety } from "../protocol/safety.js";
import type { Meeting } from "./types.js";

export class SafetyCopy {
  private safety: Safety | null = null;
  private recorder: PieceRecorder | null = null;
  private readonly left = new Set<string>();

  constructor(private readonly meeting: string, private readonly now: () => number, private readonly changed: () => void) {}

  /** Under which session this tab is known. */
  known(session: string): void {
    if (this.safety || !PieceRecorder.works) return;
    const path = `/api/meetings/${encodeURIComponent(this.meeting)}/safety?session=${encodeURIComponent(session)}`;
    this.safety = new Safety({
      scope: `${this.meeting} ${session}`, store: BrowserStore.open(), now: this.now, changed: this.changed,
      send: (since, data) => postBytes(`${path}&at=${Math.round(since)}`, data),
    });
  }

  /** Seconds that wait to be sent. */
  get waiting(): number {
    return this.safety?.waiting ?? 0;
  }

  /** The sound line is cut, and this device keeps what is (or was) said. */
  get keeping(): boolean {
    return (this.safety?.cuts.lasts ?? false) && (this.recorder !== null || this.waiting > 0);
  }

  /** `track`: what is sent now and may be kept while the meeting is on record. */
  follow(meeting: Meeting, track: MediaStreamTrack | null): void {
    const on = meeting.recording.state === "on";
    this.leaveOut(meeting);
    this.record(on ? track : null);
    if (!on) this.safety?.offRecord(offSince(meeting) ?? this.now());
  }

  /** What was erased, or said off record while this device could not know it, goes here too. */
  private leaveOut(meeting: Meeting): void {
    for (const [since, until] of meeting.recording.left_out ?? []) {
      const name = `${since} ${until}`;
      if (!this.safety || this.left.has(name)) continue;
      this.left.add(name);
      this.record(null);
      this.safety.leaveOut(since, until);
    }
  }

  /** Every second. */
  tick(works: boolean, received: number, ready: boolean): void {
    this.safety?.tick(works, received, ready);
  }

  /** `wipe`: unless another tab of the same seat goes on. */
  end(wipe: boolean): void {
    this.record(null);
    if (wipe) this.safety?.wipe();
    this.safety = null;
  }

  private record(track: MediaStreamTrack | null): void {
    if (this.recorder?.track === (track ?? undefined)) return;
    this.recorder?.stop();
    const { safety } = this;
    this.recorder = track && safety && track.readyState === "live" ? new PieceRecorder(track, {
      now: this.now,
      chunk: (piece, n, data, until) => safety.chunk(piece, n, data, until),
      whole: (piece) => safety.whole(piece),
    }) : null;
  }
}

function offSince(meeting: Meeting): number | null {
  if (meeting.state !== "open") return meeting.closed_at;
  return meeting.recording.state === "paused" || meeting.recording.state === "secret" ? meeting.recording.since : null;
}

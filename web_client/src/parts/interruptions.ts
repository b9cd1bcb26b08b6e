/** A microphone taken away by a phone call, another application or a pulled plug: seen, told and mended. */
export type Interruption = "" | "call" | "lost";

export interface InterruptionPorts {
  /** A new track of the same microphone, else of any. */
  again(): Promise<MediaStreamTrack>;
  renewed(track: MediaStreamTrack): void;
  told(now: Interruption): void;
}

const AGAIN_MS = 3_000;
/** A call that is over gives the microphone back by itself, mostly; else it is asked for anew. */
const SETTLE_MS = 1_500;

export class Interruptions {
  private timer: ReturnType<typeof setTimeout> | null = null;
  private asking = false;
  private stopped = false;

  constructor(private track: MediaStreamTrack, private readonly ports: InterruptionPorts) {
    document.addEventListener("visibilitychange", this.seen);
    navigator.mediaDevices?.addEventListener?.("devicechange", this.seen);
    this.watch(track);
    if (track.readyState === "ended") this.ended();
  }

  stop(): void {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.seen);
    navigator.mediaDevices?.removeEventListener?.("devicechange", this.seen);
    if (this.timer !== null) clearTimeout(this.timer);
    this.unwatch();
  }

  private watch(track: MediaStreamTrack): void {
    this.track = track;
    track.addEventListener("mute", this.muted);
    track.addEventListener("unmute", this.unmuted);
    track.addEventListener("ended", this.ended);
  }

  private unwatch(): void {
    this.track.removeEventListener("mute", this.muted);
    this.track.removeEventListener("unmute", this.unmuted);
    this.track.removeEventListener("ended", this.ended);
  }

  private readonly muted = (): void => this.ports.told("call");
  private readonly unmuted = (): void => this.ports.told("");
  private readonly ended = (): void => {
    this.ports.told("lost");
    this.soon(0);
  };
  private readonly seen = (): void => {
    if (document.visibilityState === "visible" && this.broken) this.soon(SETTLE_MS);
  };

  private get broken(): boolean {
    return this.track.readyState === "ended" || this.track.muted;
  }

  private soon(ms: number): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = this.stopped ? null : setTimeout(() => void this.renew(ms === SETTLE_MS), ms);
  }

  /** `gently`: only when it is still broken. */
  private async renew(gently: boolean): Promise<void> {
    if (this.asking || this.stopped || (gently && !this.broken)) return;
    this.asking = true;
    try {
      const track = await this.ports.again();
      if (this.stopped) return track.stop();
      this.unwatch();
      this.track.stop();
      this.watch(track);
      this.ports.renewed(track);
      this.ports.told(track.muted ? "call" : "");
    } catch {
      this.ports.told("lost");
      this.soon(AGAIN_MS);
    } finally {
      this.asking = false;
    }
  }
}

/**
 * One picture's connection, beside the sound's: it comes, goes and breaks without the sound noticing. A broken one is
 * made anew, later each time.
 */
import { gathered } from "./peer.js";
import type { RTCIceServerLike } from "./messages.js";

export interface PictureLinePorts {
  signal(sdp: string): Promise<string>;
  /** Lays the video lines of a new connection. */
  lay(connection: RTCPeerConnection): void;
  answered?(connection: RTCPeerConnection): void;
  changed(): void;
}

const FIRST_MS = 1_000;
const LONGEST_MS = 30_000;
/** An answered line that does not connect in this time is made anew. */
const CONNECT_MS = 10_000;

export class PictureLine {
  connection: RTCPeerConnection | null = null;
  private ice: RTCIceServerLike[] = [];
  private wait = FIRST_MS;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private open = false;
  private spent = 0;
  private counted = 0;

  constructor(private readonly ports: PictureLinePorts) {}

  get works(): boolean {
    return this.connection?.connectionState === "connected";
  }

  get wanted(): boolean {
    return this.open;
  }

  start(ice: RTCIceServerLike[]): void {
    this.ice = ice;
    if (this.open) return;
    this.open = true;
    this.wait = FIRST_MS;
    void this.make();
  }

  stop(): void {
    this.open = false;
    this.later(null);
    this.letGo();
    this.ports.changed();
  }

  /** Bytes over all its connections. */
  async bytes(): Promise<number> {
    const { connection } = this;
    const stats = await connection?.getStats();
    if (stats && connection === this.connection) {
      this.counted = 0;
      stats.forEach((one: { type: string; bytesSent?: number; bytesReceived?: number }) => {
        if (one.type === "transport") this.counted += (one.bytesSent ?? 0) + (one.bytesReceived ?? 0);
      });
    }
    return this.spent + this.counted;
  }

  private async make(): Promise<void> {
    this.letGo();
    const connection = new RTCPeerConnection({ iceServers: this.ice as RTCIceServer[], bundlePolicy: "max-bundle" });
    this.connection = connection;
    this.ports.lay(connection);
    connection.onconnectionstatechange = () => this.changed(connection);
    try {
      await connection.setLocalDescription(await connection.createOffer());
      await gathered(connection);
      const answer = await this.ports.signal(connection.localDescription?.sdp ?? "");
      if (this.connection !== connection) return;
      await connection.setRemoteDescription({ type: "answer", sdp: answer });
      this.ports.answered?.(connection);
      this.later(CONNECT_MS);
    } catch {
      if (this.connection === connection) this.again();
    }
  }

  private changed(connection: RTCPeerConnection): void {
    if (this.connection !== connection) return;
    if (this.works) {
      this.wait = FIRST_MS;
      this.later(null);
    } else if (connection.connectionState === "failed" || connection.connectionState === "closed") {
      this.again();
    } else if (connection.connectionState === "disconnected") {
      this.later(2 * FIRST_MS);
    }
    this.ports.changed();
  }

  private again(): void {
    this.letGo();
    this.later(this.wait);
    this.wait = Math.min(LONGEST_MS, this.wait * 2);
    this.ports.changed();
  }

  private later(ms: number | null): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (ms === null || !this.open) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.open && !this.works) void this.make();
    }, ms);
  }

  private letGo(): void {
    const former = this.connection;
    this.connection = null;
    this.spent += this.counted;
    this.counted = 0;
    if (!former) return;
    former.onconnectionstatechange = null;
    former.ontrack = null;
    former.close();
  }
}

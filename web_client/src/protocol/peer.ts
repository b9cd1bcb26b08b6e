/**
 * The sound of one participant: one audio line both ways and two more to listen (the room's three speaker slots).
 * A broken line is never mended but made anew, because the media node knows no ICE restart. The new one is made beside
 * the old, which both sides let go only when the new one is connected, so that nothing falls silent meanwhile: most
 * faults pass by themselves within two seconds.
 */
import type { Offer, RTCIceServerLike } from "./messages.js";

export type Sound = "off" | "joining" | "on" | "lost";

export interface PeerPorts {
  signal(offer: Offer): Promise<string>;
  heard(slot: number, stream: MediaStream): void;
  state(sound: Sound): void;
}

export interface Call {
  ice: RTCIceServerLike[];
  microphone: MediaStreamTrack | null;
  /** Long frames and one voice at a time. */
  weak: boolean;
}

/** Candidates that take longer than this are not waited for. */
const GATHER_MS = 1_500;
const AGAIN_MS = 2_000;
/** An answered line that does not connect in this time is made anew. */
const CONNECT_MS = 8_000;
const SLOTS = 3;

export class Peer {
  private connection: RTCPeerConnection | null = null;
  private coming: RTCPeerConnection | null = null;
  private comingFor: Call | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private call: Call | null = null;
  /** What the connection was made for. */
  private made: Call | null = null;
  private spent = 0;
  private counted = 0;

  /** `hears` false: a phone among the hall's microphones only sends. */
  constructor(private readonly ports: PeerPorts, private readonly hears = true) {}

  get works(): boolean {
    return this.connection?.connectionState === "connected";
  }

  /** Joins, or joins anew with what is given now; what works is heard until then. */
  async join(call: Call): Promise<void> {
    this.wait(null);
    this.coming?.close();
    this.call = call;
    if (!this.works) this.ports.state("joining");
    const coming = new RTCPeerConnection({ iceServers: call.ice as RTCIceServer[], bundlePolicy: "max-bundle" });
    this.coming = coming;
    this.comingFor = call;
    this.lay(coming, call.microphone);
    try {
      await coming.setLocalDescription(await coming.createOffer());
      await gathered(coming);
      const sdp = coming.localDescription?.sdp ?? "";
      const answer = await this.ports.signal({ sdp, speak: call.microphone !== null, hear: this.hears, weak: call.weak });
      if (this.coming !== coming) return;
      this.wait(CONNECT_MS);
      await coming.setRemoteDescription({ type: "answer", sdp: answer });
    } catch {
      this.giveUp(coming, AGAIN_MS);
    }
  }

  /** The person's own switch: the line stays, silence is sent. */
  mute(muted: boolean): void {
    if (this.call?.microphone) this.call.microphone.enabled = !muted;
  }

  /** Another microphone on the same line. */
  async replace(microphone: MediaStreamTrack): Promise<void> {
    if (!this.call?.microphone) return;
    const { call } = this;
    this.call = { ...call, microphone };
    if (this.made === call) this.made = this.call;
    if (this.comingFor === call) this.comingFor = this.call;
    for (const connection of [this.connection, this.coming]) await this.sender(connection)?.replaceTrack(microphone).catch(() => undefined);
  }

  close(): void {
    this.wait(null);
    this.coming?.close();
    this.coming = this.comingFor = null;
    if (!this.connection) return;
    this.letGo();
    this.ports.state("off");
  }

  /** Bytes sent and received since the beginning, over all connections. */
  async bytes(): Promise<number> {
    const connection = this.connection;
    const stats = await connection?.getStats();
    if (stats && connection === this.connection) {
      this.counted = 0;
      stats.forEach((one: { type: string; bytesSent?: number; bytesReceived?: number }) => {
        if (one.type === "transport") this.counted += (one.bytesSent ?? 0) + (one.bytesReceived ?? 0);
      });
    }
    return this.spent + this.counted;
  }

  /** Bytes that came over the line as it is now. */
  async received(): Promise<number> {
    let bytes = 0;
    (await this.connection?.getStats())?.forEach((one: { type: string; bytesReceived?: number }) => {
      if (one.type === "transport") bytes += one.bytesReceived ?? 0;
    });
    return bytes;
  }

  private lay(connection: RTCPeerConnection, microphone: MediaStreamTrack | null): void {
    const both = this.hears ? "sendrecv" : "sendonly";
    connection.addTransceiver(microphone ?? "audio", { direction: microphone ? both : "recvonly" });
    for (let slot = 1; slot < SLOTS && this.hears; slot += 1) connection.addTransceiver("audio", { direction: "recvonly" });
    const streams: [number, MediaStream][] = [];
    connection.onconnectionstatechange = () => this.changed(connection, streams);
    connection.ontrack = (event) => {
      streams.push([connection.getTransceivers().indexOf(event.transceiver), new MediaStream([event.track])]);
    };
  }

  private sender(connection: RTCPeerConnection | null): RTCRtpSender | undefined {
    return connection?.getTransceivers()[0]?.sender;
  }

  /** The new line is connected: from now on the node carries it, and the former one goes. */
  private take(coming: RTCPeerConnection, streams: [number, MediaStream][]): void {
    this.wait(null);
    this.letGo();
    this.made = this.comingFor;
    this.connection = coming;
    this.coming = this.comingFor = null;
    for (const [slot, stream] of streams) this.ports.heard(slot, stream);
    this.ports.state("on");
  }

  private giveUp(coming: RTCPeerConnection, after: number): void {
    if (this.coming !== coming) return;
    this.coming = this.comingFor = null;
    coming.close();
    this.retry(after);
  }

  private letGo(): void {
    const former = this.connection;
    this.connection = null;
    this.spent += this.counted;
    this.counted = 0;
    if (!former) return;
    former.onconnectionstatechange = null;
    former.close();
  }

  private changed(connection: RTCPeerConnection, streams: [number, MediaStream][]): void {
    const { connectionState } = connection;
    if (this.coming === connection && connectionState === "connected") this.take(connection, streams);
    else if (this.coming === connection && connectionState === "failed") this.giveUp(connection, 0);
    if (this.connection !== connection || this.coming) return;
    if (connectionState === "connected") {
      this.wait(null);
      this.ports.state("on");
    } else if (connectionState === "disconnected") {
      this.wait(AGAIN_MS);
    } else if (connectionState === "failed" || connectionState === "closed") {
      this.retry(0);
    }
  }

  private retry(after: number): void {
    if (!this.works) this.ports.state("lost");
    this.wait(after);
  }

  /** Makes the line anew after so long, unless it works again by then. */
  private wait(ms: number | null): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    if (ms === null) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      const call = this.call;
      if (!call || (this.works && this.made === call)) return;
      if (!this.works) this.ports.state("lost");
      void this.join(call);
    }, ms);
  }
}

/** Its candidates are known, or were waited for long enough. */
export function gathered(connection: RTCPeerConnection): Promise<void> {
  if (connection.iceGatheringState === "complete") return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, GATHER_MS);
    connection.addEventListener("icegatheringstatechange", () => {
      if (connection.iceGatheringState !== "complete") return;
      clearTimeout(timer);
      resolve();
    });
  });
}

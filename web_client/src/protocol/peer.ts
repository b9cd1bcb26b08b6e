/**
 * The sound of one participant: one audio line both ways and two more to listen (the room's three speaker slots).
 * A broken line is never mended but made anew, because the media node knows no ICE restart.
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
  weak: boolean;
}

/** Candidates that take longer than this are not waited for. */
const GATHER_MS = 1_500;
const AGAIN_MS = 2_000;
const SLOTS = 3;

export class Peer {
  private connection: RTCPeerConnection | null = null;
  private again: ReturnType<typeof setTimeout> | null = null;
  private call: Call | null = null;

  constructor(private readonly ports: PeerPorts) {}

  /** Joins, or joins anew with what is given now. */
  async join(call: Call): Promise<void> {
    this.close();
    this.call = call;
    this.ports.state("joining");
    const connection = new RTCPeerConnection({ iceServers: call.ice as RTCIceServer[], bundlePolicy: "max-bundle" });
    this.connection = connection;
    this.lay(connection, call.microphone);
    connection.onconnectionstatechange = () => this.changed(connection);
    try {
      await connection.setLocalDescription(await connection.createOffer());
      await gathered(connection);
      const sdp = connection.localDescription?.sdp ?? "";
      const answer = await this.ports.signal({ sdp, speak: call.microphone !== null, hear: true, weak: call.weak });
      if (this.connection === connection) await connection.setRemoteDescription({ type: "answer", sdp: answer });
    } catch {
      if (this.connection === connection) this.retry();
    }
  }

  /** The person's own switch: the line stays, silence is sent. */
  mute(muted: boolean): void {
    if (this.call?.microphone) this.call.microphone.enabled = !muted;
  }

  close(): void {
    if (this.again !== null) clearTimeout(this.again);
    this.again = null;
    const connection = this.connection;
    this.connection = null;
    if (!connection) return;
    connection.onconnectionstatechange = null;
    connection.close();
    this.ports.state("off");
  }

  stats(): Promise<RTCStatsReport> | null {
    return this.connection?.getStats() ?? null;
  }

  private lay(connection: RTCPeerConnection, microphone: MediaStreamTrack | null): void {
    connection.addTransceiver(microphone ?? "audio", { direction: microphone ? "sendrecv" : "recvonly" });
    for (let slot = 1; slot < SLOTS; slot += 1) connection.addTransceiver("audio", { direction: "recvonly" });
    connection.ontrack = (event) => {
      const slot = connection.getTransceivers().indexOf(event.transceiver);
      this.ports.heard(slot, new MediaStream([event.track]));
    };
  }

  private changed(connection: RTCPeerConnection): void {
    if (this.connection !== connection) return;
    if (connection.connectionState === "connected") this.ports.state("on");
    if (connection.connectionState === "failed" || connection.connectionState === "disconnected") this.retry();
  }

  private retry(): void {
    const call = this.call;
    if (!call || this.again !== null) return;
    this.ports.state("lost");
    this.again = setTimeout(() => {
      this.again = null;
      void this.join(call);
    }, AGAIN_MS);
  }
}

function gathered(connection: RTCPeerConnection): Promise<void> {
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

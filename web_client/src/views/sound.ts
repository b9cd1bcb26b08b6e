/** The room's sound as one browser takes part in it: line, microphone, what interrupts it, how much it may cost. */
import { microphone } from "../join/microphone.js";
import { Interruptions, type Interruption } from "../parts/interruptions.js";
import { Peer, type Sound } from "../protocol/peer.js";
import { Thrift } from "../protocol/thrift.js";
import type { Offer, RTCIceServerLike } from "../protocol/messages.js";

export interface SoundPorts {
  signal(offer: Offer): Promise<string>;
  /** Tells the others whether the microphone is on. */
  mic(on: boolean): void;
  changed(): void;
  /** What pictures have cost so far. */
  bytes?(): Promise<number>;
  /** Every second of who has a microphone: whether the line works, and how many bytes came over it. */
  second?(works: boolean, received: number): void;
}

const TICK_MS = 1_000;
const COUNT_EVERY = 5;

export class RoomSound {
  state: Sound = "off";
  micOn = false;
  interruption: Interruption = "";
  /** By choice: less data; and nothing sent at all. */
  saving = false;
  listening = false;
  /** Bytes of this tab's earlier connections, then all. */
  used = 0;
  readonly streams = new Map<number, MediaStream>();
  /** Which microphone is asked for again. */
  device = "";
  private readonly peer: Peer;
  private readonly thrift = new Thrift();
  private interruptions: Interruptions | null = null;
  private ice: RTCIceServerLike[] = [];
  private before = 0;
  private ticks = 0;
  private timer: ReturnType<typeof setInterval> | null = null;
  private weak = false;

  /** `track`: null listens only, undefined = takes no part in the sound. */
  constructor(public track: MediaStreamTrack | null | undefined, private readonly hall: boolean, private readonly ports: SoundPorts, hears = true) {
    this.peer = new Peer({
      signal: (offer) => ports.signal(offer),
      heard: (slot, stream) => {
        this.streams.set(slot, stream);
        ports.changed();
      },
      state: (sound) => {
        this.state = sound;
        ports.changed();
      },
    }, hears);
  }

  /** One voice and long frames: by choice or because the line is weak. */
  get light(): boolean {
    return this.thrift.light;
  }

  /** After what was kept of an earlier page was laid down in the fields. */
  start(): void {
    if (this.track === undefined) return;
    this.before = this.used;
    this.timer = setInterval(() => this.tick(), TICK_MS);
    if (!this.track) return;
    this.device = this.track.getSettings().deviceId ?? this.device;
    this.interruptions = new Interruptions(this.track, {
      again: () => microphone(this.device, this.hall).catch(() => microphone("", this.hall)),
      renewed: (track) => this.renewed(track),
      told: (now) => {
        this.interruption = now;
        this.ports.changed();
      },
    });
  }

  /** The socket is there again. `carried`: the media node still knows us, so what works is kept. */
  welcomed(ice: RTCIceServerLike[], carried: boolean): void {
    this.ice = ice;
    if (this.track === undefined) return;
    this.setMic(this.micOn);
    if (!(carried && this.peer.works)) void this.join();
  }

  setMic(on: boolean): void {
    this.micOn = on && Boolean(this.track) && !this.listening;
    this.peer.mute(!this.micOn);
    this.ports.mic(this.micOn);
    this.ports.changed();
  }

  save(on: boolean): void {
    this.saving = on;
    if (on ? this.thrift.judge(this.weak, true, performance.now()) : this.thrift.release()) void this.join();
    this.ports.changed();
  }

  listen(on: boolean): void {
    this.listening = on;
    if (on) this.setMic(false);
    void this.join();
    this.ports.changed();
  }

  /** How our line is. */
  line(weak: boolean): void {
    this.weak = weak;
  }

  /** The line ends; the microphone is given back. */
  close(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
    this.interruptions?.stop();
    this.interruptions = null;
    this.peer.close();
    this.track?.stop();
  }

  private async join(): Promise<void> {
    if (this.timer === null) return;
    const sent = this.listening ? null : (this.track ?? null);
    if (sent) sent.enabled = this.micOn;
    await this.peer.join({ ice: this.ice, microphone: sent, weak: this.thrift.light });
  }

  private tick(): void {
    if (this.thrift.judge(this.weak, this.saving, performance.now()) && this.state !== "off") void this.join();
    if (this.track) void this.peer.received().then((bytes) => this.ports.second?.(this.peer.works, bytes));
    this.ticks += 1;
    if (this.ticks % COUNT_EVERY === 0) void this.count();
  }

  private async count(): Promise<void> {
    this.used = this.before + (await this.peer.bytes()) + ((await this.ports.bytes?.()) ?? 0);
    this.ports.changed();
  }

  private renewed(track: MediaStreamTrack): void {
    this.track = track;
    track.enabled = this.micOn;
    void this.peer.replace(track);
    this.ports.changed();
  }
}

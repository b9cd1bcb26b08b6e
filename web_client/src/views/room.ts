/** A meeting as one browser lives it: connection, sound and the views the server sent. Screens subscribe to it. */
import { Connection, type Line, type Socket } from "../protocol/connection.js";
import { Refusal, type Device, type FromServer, type RTCIceServerLike, type You } from "../protocol/messages.js";
import { t } from "../messages/vi.js";
import { Peer, type Sound } from "../protocol/peer.js";
import { apply, EMPTY, type RoomState, type ViewMessage } from "./state.js";
import type { Views } from "./types.js";

export interface Entry {
  meeting: string;
  device: Device;
  seat: "hall" | "remote";
  informed: boolean;
  private: boolean;
  /** Given when this browser takes part in the room's sound; `null` listens only; undefined = no sound at all. */
  microphone: MediaStreamTrack | null | undefined;
}

export interface Notice {
  level: "info" | "warning" | "error";
  text: string;
  at: number;
}

const NOTICES_KEPT = 3;
/** Good news goes by itself; what went wrong stays until it was seen. */
const INFO_MS = 10_000;

export class Room extends EventTarget {
  state: RoomState = EMPTY;
  line: Line = { state: "connecting" };
  sound: Sound = "off";
  you: You | null = null;
  notices: Notice[] = [];
  /** Server clock minus ours, so that "đã nói 02:10" counts the same everywhere. */
  skew = 0;
  micOn = false;
  readonly streams = new Map<number, MediaStream>();
  protected connection: Connection | null = null;
  private peer: Peer | null = null;
  private ice: RTCIceServerLike[] = [];
  private told = false;

  constructor(readonly entry: Entry) {
    super();
  }

  start(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const url = `${scheme}://${location.host}/live/${encodeURIComponent(this.entry.meeting)}`;
    const { device, seat, informed } = this.entry;
    const greeting = { tab: crypto.randomUUID?.() ?? String(Math.random()), device, seat, informed, private: this.entry.private };
    this.connection = new Connection(url, greeting, {
      line: (line) => this.lineChanged(line),
      welcome: (welcome) => {
        this.you = welcome.you;
        this.skew = welcome.now - Date.now();
        this.ice = welcome.ice;
        void this.joinSound();
      },
      message: (message) => this.take(message),
      versions: () => this.state.versions,
    }, browser());
    this.entry.microphone?.addEventListener("ended", () => {
      this.setMic(false);
      this.notify("error", t.room.micLost);
    });
    this.connection.connect();
    addEventListener("online", this.hurry);
    addEventListener("pagehide", this.away);
  }

  get views(): Partial<Views> {
    return this.state.views;
  }

  now(): number {
    return Date.now() + this.skew;
  }

  /** Whether one of the roles is held. Chair and secretary are appointments and change while the room is open. */
  may(...roles: string[]): boolean {
    return roles.some((role) => this.holds(role));
  }

  private holds(role: string): boolean {
    const meeting = this.views.meeting;
    const own = this.you?.member ?? "";
    if (role === "chair" && meeting?.chair) return own !== "" && meeting.chair === own;
    if (role === "secretary" && meeting?.secretary) return own !== "" && meeting.secretary === own;
    return this.you?.roles.includes(role) ?? false;
  }

  /** A chair's command: by the chair, or by the secretary "theo lời chủ trì". */
  order(name: string, args: Record<string, unknown> = {}): Promise<number | null> {
    return this.send(name, this.may("chair") ? args : { ...args, for_chair: true });
  }

  /** Sends a command; a refusal becomes a notice and is thrown on for those who wish to show more. */
  async send(name: string, args: Record<string, unknown> = {}, keep = false): Promise<number | null> {
    if (!this.connection) throw new Refusal("offline", "");
    try {
      return await this.connection.command(name, args, keep);
    } catch (fault) {
      if (fault instanceof Refusal && fault.code !== "stale" && fault.code !== "ended") this.refused(fault);
      throw fault;
    } finally {
      this.changed();
    }
  }

  /** `send` for buttons: the notice says all there is to say. */
  do(name: string, args: Record<string, unknown> = {}, keep = false): void {
    this.send(name, args, keep).catch(() => undefined);
    this.changed();
  }

  get unanswered(): number {
    return this.connection?.unanswered ?? 0;
  }

  setMic(on: boolean): void {
    this.micOn = on && Boolean(this.entry.microphone);
    this.peer?.mute(!this.micOn);
    this.connection?.mic(this.micOn);
    this.changed();
  }

  dismiss(notice: Notice): void {
    this.notices = this.notices.filter((other) => other !== notice);
    this.changed();
  }

  notify(level: Notice["level"], text: string): void {
    const notice = { level, text, at: Date.now() };
    this.notices = [...this.notices.filter((other) => other.text !== text), notice].slice(-NOTICES_KEPT);
    if (level === "info") setTimeout(() => this.dismiss(notice), INFO_MS);
    this.changed();
  }

  leave(): void {
    removeEventListener("online", this.hurry);
    removeEventListener("pagehide", this.away);
    this.peer?.close();
    this.entry.microphone?.stop();
    this.connection?.leave();
  }

  protected take(message: FromServer): void {
    if (message.type === "notice") return this.notify(message.level, message.text);
    if (message.type === "refused") return this.notify("error", message.message);
    this.state = apply(this.state, message as ViewMessage);
    this.mutedByChair();
    this.changed();
  }

  protected changed(): void {
    if (this.told) return;
    this.told = true;
    queueMicrotask(() => {
      this.told = false;
      this.dispatchEvent(new Event("change"));
    });
  }

  private mutedByChair(): void {
    if (this.views.me?.muted && this.micOn) this.setMic(false);
  }

  private refused(fault: Refusal): void {
    const text = fault.code === "not_sent" ? t.fault.notSent : fault.message;
    if (text) this.notify("error", fault.who ? `${text} (${fault.who})` : text);
  }

  private lineChanged(line: Line): void {
    this.line = line;
    if (line.state === "ended") this.peer?.close();
    this.changed();
  }

  private async joinSound(): Promise<void> {
    if (this.entry.microphone === undefined || this.line.state === "ended") return;
    this.peer ??= new Peer({
      signal: (offer) => this.signal(offer),
      heard: (slot, stream) => {
        this.streams.set(slot, stream);
        this.changed();
      },
      state: (sound) => {
        this.sound = sound;
        this.changed();
      },
    });
    this.setMic(this.micOn);
    await this.peer.join({ ice: this.ice, microphone: this.entry.microphone, weak: false });
  }

  private signal(offer: Parameters<Connection["signal"]>[0]): Promise<string> {
    return this.connection?.signal(offer) ?? Promise.reject(new Refusal("offline", ""));
  }

  readonly hurry = (): void => this.connection?.hurry();
  private readonly away = (): void => this.connection?.leave();
}

function browser(): ConstructorParameters<typeof Connection>[3] {
  return {
    open: (url) => new WebSocket(url) as unknown as Socket,
    now: () => performance.now(),
    random: () => Math.random(),
    after: (ms, act) => {
      const timer = setTimeout(act, ms);
      return () => clearTimeout(timer);
    },
  };
}

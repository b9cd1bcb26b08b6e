/**
 * One participant's live socket: greets, resumes by versions, beats, comes back by itself, keeps commands over a cut.
 * Knows no page: socket, timers and chance are handed in, so that it is tested without a browser.
 */
import { Refusal, type FromServer, type Greeting, type Offer, type PicturePlace, type RefusedMessage, type Welcome } from "./messages.js";

export interface Socket {
  send(data: string): void;
  close(): void;
  onopen: (() => void) | null;
  onclose: ((closed: { code: number; reason: string }) => void) | null;
  onmessage: ((message: { data: string }) => void) | null;
}

export interface Surroundings {
  open(url: string): Socket;
  /** Milliseconds; only differences matter. */
  now(): number;
  after(ms: number, act: () => void): () => void;
  random(): number;
}

export type Line =
  | { state: "connecting" }
  | { state: "waiting"; why: "door" | "word" }
  | { state: "live" }
  | { state: "offline"; retryAt: number; attempts: number }
  | { state: "ended"; why: "replaced" | "removed" | "left" | "refused"; text: string };

export interface Listeners {
  line(line: Line): void;
  welcome(welcome: Welcome): void;
  message(message: FromServer): void;
  versions(): Readonly<Record<string, number>>;
}

interface Pending {
  readonly name: string;
  readonly text: string;
  readonly since: number;
  readonly keep: boolean;
  readonly resolve: (seq: number | null) => void;
  readonly reject: (refusal: Refusal) => void;
}

export const BEAT_MS = 5_000;
export const LOST_MS = 15_000;
export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 8_000;
/** An unsent command older than this is given back, unless it carries words a person wrote. */
export const STALE_COMMAND_MS = 60_000;
export const COMMANDS_KEPT = 200;
const ANSWER_MS = 15_000;
/** Looked at again, a line that does not answer in this time is dead. */
export const PROBE_MS = 2_000;

/** Close codes by which the server says that coming back is of no use. */
const FINAL = new Map<number, "refused" | "removed" | "replaced">([
  [4401, "refused"],
  [4403, "refused"],
  [4404, "refused"],
  [4409, "replaced"],
  [4410, "removed"],
]);

export class Connection {
  private socket: Socket | null = null;
  private pending = new Map<number, Pending>();
  private attempts = 0;
  private heardAt = 0;
  private timers: (() => void)[] = [];
  private stopRetry: (() => void) | null = null;
  private live = false;
  /** The server has answered the greeting: it answers pings too, also in the lobby. */
  private greeted = false;
  private heard = 0;
  private ended = false;
  /** Why the door stayed shut: told before the socket closes. */
  private lastWords = "";
  private offer: { resolve: (sdp: string) => void; reject: (refusal: Refusal) => void } | null = null;
  private pictures = new Map<number, { resolve: (sdp: string) => void; reject: (refusal: Refusal) => void }>();

  constructor(
    private readonly url: string,
    private readonly greeting: Greeting,
    private readonly listeners: Listeners,
    private readonly around: Surroundings,
    /** Commands are counted on from here: a page loaded anew must not repeat the numbers of the one before. */
    private commands = 0,
  ) {}

  connect(): void {
    if (this.ended || this.socket) return;
    this.stopRetry?.();
    this.stopRetry = null;
    if (this.attempts === 0) this.listeners.line({ state: "connecting" });
    const socket = this.around.open(this.url);
    this.socket = socket;
    this.heardAt = this.around.now();
    socket.onopen = () => this.greet(socket);
    socket.onmessage = (message) => this.take(socket, message.data);
    socket.onclose = (closed) => this.lost(socket, closed.code, closed.reason);
    this.watch(socket);
  }

  /** Comes back at once, e.g. when the network is said to be there again or the page is looked at again. */
  hurry(): void {
    const { socket, heard } = this;
    if (!socket) return this.connect();
    if (!this.greeted) return;
    this.ping(socket);
    this.around.after(PROBE_MS, () => {
      if (this.socket !== socket || this.heard !== heard) return;
      socket.close();
      this.drop();
      this.attempts = 0;
      this.connect();
    });
  }

  /** The page is put away, perhaps for good; it is no goodbye. */
  suspend(): void {
    const { socket } = this;
    socket?.close();
    if (socket) this.lost(socket, 1006, "");
  }

  /** Resolves with the entry's number; rejects with Refusal. Waits over a cut and is sent again with the same id. */
  command(name: string, args: Record<string, unknown> = {}, keep = false): Promise<number | null> {
    if (this.ended) return Promise.reject(new Refusal("ended", ""));
    if (this.pending.size >= COMMANDS_KEPT) return Promise.reject(new Refusal("too_many", ""));
    const id = (this.commands += 1);
    const text = JSON.stringify({ type: "command", id, name, args });
    return new Promise((resolve, reject) => {
      this.pending.set(id, { name, text, since: this.around.now(), keep, resolve, reject });
      if (this.live) this.socket?.send(text);
    });
  }

  /** How many commands the server has not answered yet. */
  get unanswered(): number {
    return this.pending.size;
  }

  signal(offer: Offer): Promise<string> {
    if (!this.live || !this.socket) return Promise.reject(new Refusal("offline", ""));
    this.offer?.reject(new Refusal("replaced", ""));
    const socket = this.socket;
    return new Promise((resolve, reject) => {
      const waiting = { resolve, reject };
      this.offer = waiting;
      this.around.after(ANSWER_MS, () => {
        if (this.offer === waiting) this.settleOffer((asked) => asked.reject(new Refusal("no_answer", "")));
      });
      socket.send(JSON.stringify({ type: "offer", ...offer }));
    });
  }

  /** The answer to an offer of a picture's connection; `place` "" looks on. Not kept over a cut. */
  picture(place: PicturePlace | "", sdp: string): Promise<string> {
    const { socket } = this;
    if (!this.live || !socket) return Promise.reject(new Refusal("offline", ""));
    const id = (this.commands += 1);
    return new Promise((resolve, reject) => {
      this.pictures.set(id, { resolve, reject });
      this.around.after(ANSWER_MS, () => this.settlePicture(id, (asked) => asked.reject(new Refusal("no_answer", ""))));
      socket.send(JSON.stringify({ type: "picture", id, place, sdp }));
    });
  }

  mic(on: boolean): void {
    if (this.live) this.socket?.send(JSON.stringify({ type: "mic", on }));
  }

  leave(): void {
    if (this.live) this.socket?.send(JSON.stringify({ type: "bye" }));
    this.end("left", "");
  }

  private greet(socket: Socket): void {
    const versions = this.listeners.versions();
    socket.send(JSON.stringify({ type: "hello", v: 1, versions, ...this.greeting }));
  }

  private watch(socket: Socket): void {
    const beat = (): void => {
      if (this.socket !== socket) return;
      if (this.around.now() - this.heardAt >= LOST_MS) {
        socket.close();
        this.lost(socket, 1006, "");
        return;
      }
      if (this.greeted) this.ping(socket);
      this.giveBackStale();
      this.timers = [this.around.after(BEAT_MS, beat)];
    };
    this.timers = [this.around.after(BEAT_MS, beat)];
  }

  private ping(socket: Socket): void {
    socket.send(JSON.stringify({ type: "ping", t: Math.round(this.around.now()) }));
  }

  private take(socket: Socket, data: string): void {
    if (this.socket !== socket) return;
    this.heardAt = this.around.now();
    this.heard += 1;
    const message = JSON.parse(data) as FromServer;
    switch (message.type) {
      case "welcome":
        return this.welcomed(message);
      case "waiting":
        this.greeted = true;
        return this.listeners.line({ state: "waiting", why: message.why ?? "door" });
      case "accepted":
        this.pending.get(message.id)?.resolve(message.seq);
        this.pending.delete(message.id);
        return;
      case "refused":
        return this.refused(message);
      case "answer":
        return this.settleOffer((asked) => asked.resolve(message.sdp));
      case "picture_answer":
        return this.settlePicture(message.id, (asked) => asked.resolve(message.sdp));
      case "replaced":
        return this.end("replaced", "");
      case "removed":
        return this.end("removed", message.text);
      case "pong":
        return;
      default:
        this.listeners.message(message);
    }
  }

  private welcomed(welcome: Welcome): void {
    this.live = this.greeted = true;
    this.attempts = 0;
    this.listeners.welcome(welcome);
    this.listeners.line({ state: "live" });
    this.giveBackStale();
    for (const pending of this.pending.values()) this.socket?.send(pending.text);
  }

  private refused(message: RefusedMessage): void {
    const refusal = new Refusal(message.code, message.message, message.who, message.current);
    const pending = message.id === null || message.id === undefined ? undefined : this.pending.get(message.id);
    if (pending) {
      this.pending.delete(message.id as number);
      pending.reject(refusal);
    } else if (typeof message.id === "number" && this.pictures.has(message.id)) {
      this.settlePicture(message.id, (asked) => asked.reject(refusal));
    } else if (!this.live) {
      this.lastWords = message.who ? `${message.message} (${message.who})` : message.message;
    } else if (this.offer) {
      this.settleOffer((asked) => asked.reject(refusal));
    } else {
      this.listeners.message(message);
    }
  }

  private settleOffer(settle: (asked: NonNullable<Connection["offer"]>) => void): void {
    const asked = this.offer;
    this.offer = null;
    if (asked) settle(asked);
  }

  private settlePicture(id: number, settle: (asked: NonNullable<Connection["offer"]>) => void): void {
    const asked = this.pictures.get(id);
    this.pictures.delete(id);
    if (asked) settle(asked);
  }

  private giveBackStale(): void {
    const oldest = this.around.now() - STALE_COMMAND_MS;
    for (const [id, pending] of this.pending) {
      if (pending.keep || pending.since > oldest) continue;
      this.pending.delete(id);
      pending.reject(new Refusal("not_sent", "", "", ""));
    }
  }

  private lost(socket: Socket, code: number, reason: string): void {
    if (this.socket !== socket) return;
    this.drop();
    const final = FINAL.get(code);
    if (final) return this.end(final, reason || this.lastWords);
    if (this.ended) return;
    const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.attempts) * (0.5 + this.around.random() / 2);
    this.attempts += 1;
    this.listeners.line({ state: "offline", retryAt: this.around.now() + wait, attempts: this.attempts });
    this.stopRetry = this.around.after(wait, () => this.connect());
  }

  private drop(): void {
    for (const stop of this.timers) stop();
    this.timers = [];
    this.socket = null;
    this.live = this.greeted = false;
    this.settleOffer((asked) => asked.reject(new Refusal("offline", "")));
    for (const id of [...this.pictures.keys()]) this.settlePicture(id, (asked) => asked.reject(new Refusal("offline", "")));
  }

  private end(why: "replaced" | "removed" | "left" | "refused", text: string): void {
    if (this.ended) return;
    this.ended = true;
    this.stopRetry?.();
    const socket = this.socket;
    this.drop();
    socket?.close();
    for (const pending of this.pending.values()) pending.reject(new Refusal("ended", text));
    this.pending.clear();
    this.listeners.line({ state: "ended", why, text });
  }
}

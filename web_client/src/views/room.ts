/** A meeting as one browser lives it: connection, sound and the views the server sent. Screens subscribe to it. */
import { Connection, type Line, type Socket } from "../protocol/connection.js";
import { Refusal, type Device, type FromServer, type You } from "../protocol/messages.js";
import { t } from "../messages/vi.js";
import type { Sound } from "../protocol/peer.js";
import { forget, keep, tabName, tabStore, type Kept, type Place } from "./kept.js";
import { RoomPictures } from "./pictures.js";
import { SafetyCopy } from "./safety_copy.js";
import { RoomSound } from "./sound.js";
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
  /** What an earlier page of this tab had chosen; without it the microphone begins as `micOn` says. */
  kept?: Kept;
}

export interface Notice {
  level: "info" | "warning" | "error";
  text: string;
  at: number;
}

const NOTICES_KEPT = 3;
const TWICE_MS = 700;

/** Good news goes by itself; what went wrong stays until it was seen. */
const INFO_MS = 10_000;

export class Room extends EventTarget {
  state: RoomState = EMPTY;
  line: Line = { state: "connecting" };
  you: You | null = null;
  notices: Notice[] = [];
  /** Server clock minus ours, so that "đã nói 02:10" counts the same everywhere. */
  skew = 0;
  /** What is entered now stood on the paper form first ("nhập tay"): the log is told so. */
  paper = false;
  readonly audio: RoomSound;
  readonly copy: SafetyCopy;
  readonly pictures: RoomPictures;
  protected connection: Connection | null = null;
  private told = false;

  constructor(readonly entry: Entry) {
    super();
    const phone = entry.device === "microphone";
    this.audio = new RoomSound(entry.microphone, phone || entry.device === "hall", {
      signal: (offer) => this.connection?.signal(offer) ?? Promise.reject(new Refusal("offline", "")),
      mic: (on) => this.connection?.mic(on),
      changed: () => {
        if (this.pictures) this.followPictures(); // a line that became light gives up its pictures
        this.changed();
      },
      bytes: () => this.pictures.bytes(),
      second: (works, received) => {
        this.keepCopy();
        this.copy.tick(works, received, this.line.state === "live");
      },
    }, !phone);
    this.copy = new SafetyCopy(entry.meeting, () => this.now(), () => this.changed());
    this.pictures = new RoomPictures(entry.seat === "hall" || entry.device === "display", entry.device === "phone", {
      signal: (place, sdp) => this.connection?.picture(place, sdp) ?? Promise.reject(new Refusal("offline", "")),
      command: (name, args) => this.send(name, args),
      fault: (why) => this.notify("warning", t.picture.fault[why]),
      changed: () => this.changed(),
    });
    const { kept } = entry;
    if (!kept) return;
    this.pictures.watching = kept.watching ?? this.pictures.watching;
    this.paper = kept.paper ?? false;
    this.audio.micOn = kept.micOn;
    this.audio.saving = kept.saving;
    this.audio.listening = kept.listening;
    this.audio.used = kept.used;
  }

  get sound(): Sound {
    return this.audio.state;
  }

  get streams(): ReadonlyMap<number, MediaStream> {
    return this.audio.streams;
  }

  get micOn(): boolean {
    return this.audio.micOn;
  }

  /** Whether this browser has a microphone that it may speak through now. */
  get speaks(): boolean {
    return Boolean(this.entry.microphone) && !this.audio.listening;
  }

  start(): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const as = this.entry.device === "microphone" ? "?as=microphone" : "";
    const url = `${scheme}://${location.host}/live/${encodeURIComponent(this.entry.meeting)}${as}`;
    const { device, seat, informed } = this.entry;
    const tab = tabName(tabStore(), () => crypto.randomUUID?.() ?? String(Math.random()));
    const greeting = { tab, device, seat, informed, private: this.entry.private };
    this.connection = new Connection(url, greeting, {
      line: (line) => this.lineChanged(line),
      welcome: (welcome) => {
        this.you = welcome.you;
        this.skew = welcome.now - Date.now();
        if (this.entry.microphone && device !== "microphone") this.copy.known(welcome.you.session);
        if (this.line.state === "ended") return;
        this.audio.welcomed(welcome.ice, welcome.sound);
        this.pictures.welcomed(welcome.ice, welcome.you.session);
      },
      message: (message) => this.take(message),
      versions: () => this.state.versions,
    }, browser(), Date.now() * 1000);
    this.audio.start();
    this.connection.connect();
    addEventListener("online", this.hurry);
    addEventListener("pageshow", this.shown);
    document.addEventListener("visibilitychange", this.shown);
    addEventListener("pagehide", this.away);
    this.remember();
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

  private lastSent: { words: string; at: number; answer: Promise<number | null> } | null = null;

  /** A chair's command: by the chair, or by the secretary "theo lời chủ trì". */
  order(name: string, args: Record<string, unknown> = {}): Promise<number | null> {
    return this.send(name, this.may("chair") ? args : { ...args, for_chair: true });
  }

  fromPaper(on: boolean): void {
    this.paper = on;
    this.remember();
    this.changed();
  }

  /** Sends a command; a refusal becomes a notice and is thrown on for those who wish to show more. */
  send(name: string, said: Record<string, unknown> = {}, keep = false): Promise<number | null> {
    const args = this.paper ? typedIn(name, said) : said;
    const words = `${name} ${JSON.stringify(args)}`;
    const now = performance.now();
    // The second click of a double click is the same wish, not another one.
    if (this.lastSent?.words === words && now - this.lastSent.at < TWICE_MS) return this.lastSent.answer;
    const answer = this.sent(name, args, keep);
    this.lastSent = { words, at: now, answer };
    return answer;
  }

  private async sent(name: string, args: Record<string, unknown>, keep: boolean): Promise<number | null> {
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
    this.audio.setMic(on);
    this.remember();
  }

  /** "Tiết kiệm dữ liệu". */
  save(on: boolean): void {
    this.audio.save(on);
    this.remember();
  }

  /** "Chỉ nghe". */
  listen(on: boolean): void {
    this.audio.listen(on);
    this.remember();
  }

  /** "Xem hình" / "Tắt hình, chỉ nghe". */
  watch(on: boolean): void {
    this.pictures.watch(on);
    this.remember();
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

  /** Goodbye; nobody goes back to this seat by themselves. */
  leave(): void {
    this.deaf();
    this.copy.end(true);
    if (this.line.state !== "ended") forget(tabStore(), this.entry.meeting, this.seatKept);
    this.audio.close();
    this.pictures.close();
    this.connection?.leave();
  }

  protected take(message: FromServer): void {
    if (message.type === "notice") return this.notify(message.level, message.text);
    if (message.type === "refused") return this.notify("error", message.message);
    this.state = apply(this.state, message as ViewMessage);
    this.mutedByChair();
    this.keepCopy();
    this.tellLine();
    this.followPictures();
    this.changed();
  }

  /** Pictures follow the room and the own line. */
  private followPictures(): void {
    this.pictures.follow(this.views.pictures, this.views.me, this.audio.light);
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
    if (line.state === "ended") {
      this.deaf();
      this.copy.end(line.why !== "replaced");
      this.audio.close();
      this.pictures.close();
      forget(tabStore(), this.entry.meeting, this.seatKept);
    }
    this.changed();
  }

  private tellLine(): void {
    const own = (this.views.people ?? []).find((person) => person.session === this.you?.session);
    this.audio.line(own?.weak ?? false);
  }

  /** Kept while the meeting is recorded, by the hall's device and by who has the floor. */
  private keepCopy(): void {
    const { meeting, me } = this.views;
    const track = this.entry.device === "hall" || me?.speaking ? this.audio.track : null;
    if (meeting) this.copy.follow(meeting, this.micOn && track ? track : null);
  }

  private get seatKept(): Place {
    const { device } = this.entry;
    return device === "hall" || device === "display" || device === "microphone" ? device : "own";
  }

  private remember(): void {
    if (this.line.state === "ended") return;
    keep(tabStore(), this.entry.meeting, this.seatKept, this.chosen);
  }

  /** For a seat that another window took over and this one takes back: all but an open microphone. */
  get takenBack(): Kept {
    return { ...this.chosen, micOn: false };
  }

  private get chosen(): Kept {
    const { seat, informed, microphone } = this.entry;
    const { micOn, saving, listening, used, device } = this.audio;
    const { watching } = this.pictures;
    const sound = microphone === undefined ? {} : { device: microphone ? device : null };
    return { seat, informed, private: this.entry.private, micOn, saving, listening, used, watching, paper: this.paper, ...sound };
  }

  private deaf(): void {
    removeEventListener("online", this.hurry);
    removeEventListener("pageshow", this.shown);
    document.removeEventListener("visibilitychange", this.shown);
    removeEventListener("pagehide", this.away);
  }

  readonly hurry = (): void => this.connection?.hurry();
  private readonly shown = (): void => {
    if (document.visibilityState === "visible") this.hurry();
  };
  private readonly away = (): void => {
    this.remember();
    this.connection?.suspend();
  };
}

const ON_PAPER = new Set([
  "open", "excuse", "leave_hall", "guest", "type_speech", "conclude_item", "count_hall", "count_ballots", "reserve", "give_task", "petition",
  "score", "read_back", "pass_minutes", "close",
]);

function typedIn(name: string, args: Record<string, unknown>): Record<string, unknown> {
  if (name === "call") return { ...args, method: "typed" };
  return ON_PAPER.has(name) ? { ...args, typed: true } : args;
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

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import "../join/entry.js";
import "../styles/room.css";
import type { Summary } from "../home/types.js";
import type { Choices } from "../join/entry.js";
import { takeOver } from "../join/handover.js";
import { again as microphoneAgain } from "../join/microphone.js";
import { t } from "../messages/vi.js";
import { faultWords, skeleton } from "../parts/banner.js";
import { stayAwake } from "../parts/awake.js";
import { practiceMark } from "../parts/practice.js";
import { go } from "../parts/route.js";
import { Screen } from "../parts/screen.js";
import { momentOf } from "../parts/time.js";
import { get, HttpFault } from "../protocol/http.js";
import type { Device } from "../protocol/messages.js";
import { kept, tabStore, type Kept } from "../views/kept.js";
import { Room } from "../views/room.js";

export type Desk = "chair" | "secretary" | "member" | "helper";

const LOADS: Record<Desk, () => Promise<unknown>> = {
  member: () => import("./member.js"),
  chair: () => import("./chair.js"),
  secretary: () => import("../minutes/secretary.js"),
  helper: () => import("./helper.js"),
};

/** One meeting in one browser: the door, the lobby, then the desk that the person's role gives. */
@customElement("hcb-meeting")
export class MeetingScreen extends Screen {
  @property() meeting = "";
  @state() private room: Room | null = null;
  @state() private summary: Summary | null = null;
  @state() private refusal = "";
  @state() private desk: Desk | null = null;
  @state() private loaded = new Set<Desk>();
  private sleep: (() => void) | null = null;
  /** The desk was changed at its switch, and the focus belongs to the new desk's. */
  private switched = false;
  private readonly changed = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    const choices = takeOver(this.meeting);
    if (choices) this.enter(choices);
    else void this.back();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sleep?.();
    this.sleep = null;
    this.room?.removeEventListener("change", this.changed);
    this.room?.leave();
    this.room = null;
  }

  /** Reloaded, or thrown away and opened again: back to the seat without asking, unless the microphone is gone. */
  private async back(): Promise<void> {
    const found = kept(tabStore(), this.meeting, "own");
    if (!found) return this.look();
    const { device } = found;
    const microphone = typeof device === "string" ? await microphoneAgain(device, false) : device;
    if (microphone === null && device !== null) return this.look();
    if (this.isConnected) this.enter({ seat: found.seat, informed: found.informed, private: found.private, microphone }, found);
  }

  private async look(): Promise<void> {
    try {
      this.summary = await get<Summary>(`/api/meetings/${encodeURIComponent(this.meeting)}`);
    } catch (fault) {
      this.refusal = fault instanceof HttpFault && fault.status === 401 ? t.ended.refusedWhat : faultWords(fault);
    }
  }

  private enter(choices: Choices, kept?: Kept): void {
    const device: Device = matchMedia("(max-width: 640px)").matches ? "phone" : "computer";
    this.room?.leave();
    this.room = new Room({ meeting: this.meeting, device, ...choices, kept });
    this.room.addEventListener("change", this.changed);
    this.room.start();
    this.sleep ??= stayAwake();
  }

  /** The desk of the role, until the person chose another of those they have. */
  private place(room: Room): Desk {
    if (this.desk) return this.desk;
    if (room.may("secretary")) return "secretary";
    if (room.may("helper")) return "helper";
    const unled = !room.views.meeting?.chair && room.may("deputy");
    return room.may("chair") || unled ? "chair" : "member";
  }

  protected override updated(): void {
    if (!this.switched || document.activeElement !== document.body) return;
    setTimeout(() => { // the new desk draws itself first
      const found = this.querySelector<HTMLElement>("#desk-switch");
      if (found) this.switched = false;
      found?.focus();
    });
  }

  protected override render(): TemplateResult {
    if (!this.room) return this.door();
    const { line } = this.room;
    if (line.state === "ended") return this.over(line.why, line.text);
    if (line.state === "waiting") return this.lobby(line.why);
    if (!this.room.views.meeting) {
      return html`<main class="page narrow">${line.state === "offline" ? html`<div class="empty"><h2>${t.line.trying}</h2><p>${this.refusal}</p></div>` : skeleton()}</main>`;
    }
    return this.desks(this.room);
  }

  private door(): TemplateResult {
    if (this.refusal) return html`<main class="page narrow"><div class="empty"><h1>${t.ended.refused}</h1><p>${this.refusal}</p><a class="button" href="/">${t.toHome}</a></div></main>`;
    if (!this.summary) return html`<main class="page narrow">${skeleton()}</main>`;
    const { cell_name, title, starts_at, place } = this.summary;
    return html`<main class="joinpage"><header class="where"><p class="soft">${cell_name}</p><h1 class="ruled">${title}</h1>${practiceMark(this.summary.kind === "practice")}
        <p class="soft">${momentOf(starts_at)}${place ? html`<br />${place}` : nothing}</p></header>
      <hcb-entry @enter=${(e: CustomEvent<Choices>) => this.enter(e.detail)}></hcb-entry></main>`;
  }

  private lobby(why: "door" | "word"): TemplateResult {
    return html`<main class="page narrow"><div class="empty" role="status"><h1>${t.lobby.title}</h1><p>${why === "word" ? t.lobby.word : t.lobby.what}</p><progress></progress></div></main>`;
  }

  private over(why: string, text: string): TemplateResult {
    const again = (): void => {
      if (this.room) this.enter(this.room.entry, this.room.takenBack);
    };
    const heads: Record<string, string> = { replaced: t.ended.replaced, removed: t.ended.removed, refused: t.ended.refused, left: t.ended.left };
    const words = why === "replaced" ? t.ended.replacedWhat : why === "refused" ? text || t.ended.refusedWhat : text;
    return html`<main class="page narrow"><div class="empty"><h1>${heads[why]}</h1><p>${words}</p>
      ${why === "replaced" ? html`<button class="main" @click=${again}>${t.ended.here}</button>` : nothing}
      ${why === "left" ? html`<button class="main" @click=${() => location.reload()}>${t.ended.back}</button>` : nothing}
      <button class="quiet" @click=${() => go("/")}>${t.toHome}</button></div></main>`;
  }

  private desks(room: Room): TemplateResult {
    const place = this.place(room);
    if (!this.loaded.has(place)) {
      void LOADS[place]().then(() => { this.loaded = new Set(this.loaded).add(place); });
      return html`<main class="page">${skeleton()}</main>`;
    }
    const choose = (e: CustomEvent<Desk>): void => {
      this.desk = e.detail;
      this.switched = true;
    };
    if (place === "chair") return html`<hcb-chair .room=${room} @desk=${choose}></hcb-chair>`;
    if (place === "secretary") return html`<hcb-secretary .room=${room} @desk=${choose}></hcb-secretary>`;
    if (place === "helper") return html`<hcb-helper .room=${room} @desk=${choose}></hcb-helper>`;
    return html`<hcb-member .room=${room} @desk=${choose}></hcb-member>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Gauge } from "lucide";
import "../join/mic_check.js";
import { again } from "../join/microphone.js";
import "../parts/sound_out.js";
import "../styles/join.css";
import "../styles/hall.css";
import "./board.js";
import { hallFoot } from "./foot.js";
import "./trial.js";
import type { Links, Summary } from "../home/types.js";
import { t } from "../messages/vi.js";
import { faultBanner, skeleton } from "../parts/banner.js";
import { stayAwake } from "../parts/awake.js";
import { icon } from "../parts/icon.js";
import { practiceMark } from "../parts/practice.js";
import { Screen } from "../parts/screen.js";
import { get, post } from "../protocol/http.js";
import { kept, tabStore, type Kept } from "../views/kept.js";
import { Room } from "../views/room.js";

/** The hall joins as a place: one microphone and loudspeaker for everybody before it, and the wall. */
@customElement("hcb-hall")
export class Hall extends Screen {
  @property() meeting = "";
  /** A second screen: looks on, without sound. */
  @property({ type: Boolean }) display = false;
  @state() private room: Room | null = null;
  @state() private summary: Summary | null = null;
  @state() private fault: unknown = null;
  @state() private wall = "";
  @state() private track: MediaStreamTrack | null = null;
  @state() private trying = false;
  private sleep: (() => void) | null = null;
  private readonly changed = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    document.body.classList.add("dark");
    void this.back();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.body.classList.remove("dark");
    this.sleep?.();
    this.sleep = null;
    this.room?.removeEventListener("change", this.changed);
    this.room?.leave();
    this.room = null;
  }

  private async look(): Promise<void> {
    try {
      this.summary = await get<Summary>(`/api/meetings/${encodeURIComponent(this.meeting)}`);
    } catch (fault) {
      this.fault = fault;
    }
  }

  /** Reloaded, or thrown away and opened again: the hall goes on by itself. */
  private async back(): Promise<void> {
    const found = kept(tabStore(), this.meeting, this.display ? "display" : "hall");
    if (this.display) return this.enter(undefined, found ?? undefined);
    const track = typeof found?.device === "string" ? await again(found.device, true) : null;
    if (found && track && this.isConnected) this.enter(track, found);
    else await this.look();
  }

  private enter(microphone: MediaStreamTrack | null | undefined, kept?: Kept): void {
    this.room?.leave();
    this.room = new Room({ meeting: this.meeting, device: this.display ? "display" : "hall", seat: "hall", informed: true, private: false, microphone, kept });
    if (!kept) this.room.audio.micOn = Boolean(microphone);
    this.room.addEventListener("change", this.changed);
    this.room.start();
    this.sleep ??= stayAwake();
    if (!this.wall) void this.invite();
  }

  /** A wall link for this screen, where who set it up may make one; without it there is no code. */
  private async invite(): Promise<void> {
    const path = `/api/meetings/${encodeURIComponent(this.meeting)}/links`;
    await post<Links>(path, { kind: "wall" }).then((made) => { this.wall = made.wall?.url ?? ""; }, () => undefined);
  }

  protected override render(): TemplateResult {
    const room = this.room;
    if (!room) return this.door();
    if (room.line.state === "ended") {
      const words = room.line.why === "replaced" ? t.hall.replaced : room.line.text || t.ended.refusedWhat;
      return html`<div class="board"><div class="boardcentre"><p class="boardtitle">${words}</p>
        <div class="row"><button class="main" @click=${() => this.enter(room.entry.microphone)}>${room.line.why === "replaced" ? t.ended.here : t.again}</button><a class="button" href="/">${t.toHome}</a></div></div></div>`;
    }
    return html`<hcb-board .room=${room} .wall=${this.wall} .foot=${this.display ? nothing : hallFoot(room)}></hcb-board>
      ${this.display ? nothing : html`<hcb-sound-out .room=${room}></hcb-sound-out>`}`;
  }

  private given(e: CustomEvent<MediaStreamTrack | null>): void {
    if (this.track !== e.detail) this.track?.stop();
    this.track = e.detail;
  }

  private door(): TemplateResult {
    if (this.fault) return html`<main class="joinpage">${faultBanner(this.fault, () => location.reload())}<a class="button wide" href="/">${t.toHome}</a></main>`;
    if (!this.summary) return html`<main class="joinpage">${skeleton()}</main>`;
    if (this.trying) return html`<main class="joinpage"><hcb-trial .track=${this.track} @done=${() => { this.trying = false; }}></hcb-trial></main>`;
    return html`<main class="joinpage" @microphone=${this.given}>
      <header class="where"><p class="soft">${this.summary.cell_name}</p><h1 class="ruled">${this.summary.title}</h1>${practiceMark(this.summary.kind === "practice")}<p class="who">${t.hall.title}${this.summary.place ? ` – ${this.summary.place}` : ""}</p></header>
      <p>${t.hall.what}</p><ul class="hints">${t.hall.hints.map((hint) => html`<li>${hint}</li>`)}</ul>
      <h2>${t.hall.mic}</h2><hcb-mic-check hall></hcb-mic-check>
      ${this.track ? html`<div class="stack tight"><button class="wide" @click=${() => { this.trying = true; }}>${icon(Gauge)}${t.trial.open}</button><p class="soft small">${t.trial.why}</p></div>` : nothing}
      <button class="main wide enter" ?disabled=${!this.track} @click=${() => this.enter(this.track)}>${t.hall.enter}</button>
      <a class="button wide" href=${`/m/${encodeURIComponent(this.meeting)}/display`}>${t.hall.displayOnly}</a></main>`;
  }
}

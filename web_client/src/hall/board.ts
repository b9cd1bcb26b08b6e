import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { CirclePause, Hand, Lock, TriangleAlert, WifiOff } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { attach, pictureWords } from "../parts/pictures.js";
import { notKept } from "../parts/status.js";
import { overTime } from "../parts/over_time.js";
import { RoomScreen } from "../parts/room_screen.js";
import { qr } from "../parts/qr.js";
import { timeOf } from "../parts/time.js";
import type { Motion, Tally } from "../views/types.js";

/** How long a result stands on the wall. */
const RESULT_MS = 20_000;

/** The wall of the hall, read from the back row: item, speaker, hands, the text to vote on, the count. */
@customElement("hcb-board")
export class Board extends RoomScreen {
  @property({ attribute: false }) foot: unknown = nothing;
  /** The address of the wall's QR code; "" without one. */
  @property() wall = "";

  protected override render(): TemplateResult {
    const { meeting, display } = this.room.views;
    const last = display?.motion;
    const fresh = last?.state === "closed" && this.room.now() - (last.closed_at ?? 0) < RESULT_MS;
    const motion = last && (last.state === "open" || (fresh && !display?.shown_motion)) ? last : null;
    return html`<div class="board">
      <header class="boardhead">
        <div class="grow ellipsis">${meeting?.state === "open" && display?.item ? display.item : meeting?.cell_name}</div>
        ${meeting?.practice ? html`<div class="boardpractice">${t.practice.tag}</div>` : nothing}
        <div class="num">${timeOf(this.room.now())}</div>
        <div class="num">${display ? t.desk.present(display.present, display.eligible) : ""}</div>
      </header>
      ${this.alerts()}
      <main class="boardmain">${motion ? this.vote(motion) : this.picture() ?? this.talk()}</main>
      ${this.foot}
    </div>`;
  }

  protected override updated(): void {
    attach(this, this.room);
  }

  /** What is shared fills the wall; a vote goes before it. */
  private picture(): TemplateResult | null {
    if (!this.room.pictures.offered.includes("shared") || this.room.pictures.held || this.room.views.display?.shown_motion) return null;
    const { display } = this.room.views;
    return html`<div class="boardpicture"><video data-place="shared" muted autoplay playsinline aria-label=${pictureWords(this.room, "shared")}></video>
      <p>${pictureWords(this.room, "shared")}</p></div>
      ${display?.hands.length ? html`<p class="boardhands">${icon(Hand, 56)}${display.hands.join(", ")}</p>` : nothing}`;
  }

  private alerts(): TemplateResult {
    const { meeting } = this.room.views;
    const state = meeting?.recording.state;
    const full = notKept(this.room) ? t.rec.fullWall : "";
    const words = this.room.line.state === "offline" ? t.line.trying : state === "paused" ? t.rec.paused : state === "secret" ? t.rec.secret : full;
    if (!words) return html`${nothing}`;
    return html`<p class="boardalert" role="status">${icon(words === t.line.trying ? WifiOff : state === "secret" ? Lock : words === full ? TriangleAlert : CirclePause, 48)}${words}</p>`;
  }

  private talk(): TemplateResult {
    const { meeting, display, captions } = this.room.views;
    if (meeting?.state !== "open") {
      const words = meeting?.state === "scheduled" ? t.room.notStarted : t.room.closed;
      return html`<div class="boardcentre"><p class="boardtitle">${meeting?.title}</p><p class="boardsoft">${words}</p></div>${meeting?.state === "scheduled" ? this.code() : nothing}`;
    }
    if (display?.shown_motion) return html`<div class="boardvote"><p class="boardsoft">${t.vote.title}</p><p class="boardmotion">${display.shown_motion}</p></div>`;
    const lines = display?.captions_on ? (captions ?? []).filter((line) => !line.doubtful).slice(-2) : [];
    return html`<div class="boardcentre">
        ${display?.speaker ? html`<p class="boardsoft">${t.room.speaking}</p><p class="boardspeaker">${display.speaker}</p>` : html`<p class="boardtitle">${display?.item || t.room.noItem}</p>`}
        ${display?.speaker && overTime(this.room.views.floor, this.room.now()) ? html`<p class="boardover">! ${t.hall.over}</p>` : nothing}
        ${display?.speaker ? nothing : this.opinions()}
        ${!display?.speaker && display?.conclusion ? html`<p class="boardconclusion">${display.conclusion}</p>` : nothing}
      </div>
      ${lines.length ? html`<div class="boardcaptions">${lines.map((line) => html`<p>${line.name ? html`<b>${line.name}:</b> ` : nothing}${line.text}</p>`)}</div>` : nothing}
      ${display?.speaker || lines.length ? nothing : this.code()}
      ${display?.hands.length ? html`<p class="boardhands">${icon(Hand, 56)}${display.hands.join(", ")}</p>` : nothing}`;
  }

  /** While captions are on, the last opinions on the item now stand there until somebody speaks again. */
  private opinions(): TemplateResult | typeof nothing {
    const { captions, agenda, display, meeting } = this.room.views;
    if (!display?.captions_on) return nothing;
    const said = (captions ?? []).filter((line) => line.item && line.item === agenda?.now && line.name && line.speaker !== meeting?.chair && !line.doubtful && line.text.length >= 20);
    if (!said.length) return nothing;
    return html`<div class="boardheard"><p class="boardsoft">${t.hall.heard}</p>${said.slice(-3).map((line) => html`<p><b>${line.name}:</b> ${line.text}</p>`)}</div>`;
  }

  private code(): TemplateResult | typeof nothing {
    return this.wall ? html`<div class="boardcode">${qr(this.wall, t.hall.scan)}<p class="boardsoft">${t.hall.scan}</p></div>` : nothing;
  }

  private vote(motion: Motion): TemplateResult {
    const total = (choice: keyof Tally): number => (motion.hall?.[choice] ?? 0) + (motion.remote?.[choice] ?? 0);
    const cell = (choice: keyof Tally, words: string): TemplateResult => html`<div><span class="boardcount num">${total(choice)}</span><span>${words}</span></div>`;
    const result = motion.passed ? t.vote.passed : t.vote.failed;
    return html`<div class="boardvote"><p class="boardsoft">${motion.state === "open" ? t.vote.title : t.motion.results}</p><p class="boardmotion">${motion.text}</p>
      ${motion.state === "open" ? nothing : html`<p class="boardresult">${motion.passed ? "✓" : "✕"} ${result}${motion.wording ? html`<span class="boardsoft"> · ${motion.wording}</span>` : nothing}</p>`}
      <div class="boardtally">${cell("for", t.vote.for)}${cell("against", t.vote.against)}${cell("other", t.vote.other)}
        <div class="boardbase"><span class="boardcount num">${motion.base - motion.missing}/${motion.base}</span><span>${t.hall.counted}</span></div></div></div>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Check, Hand, LogOut, Mic, MicOff, TriangleAlert } from "lucide";
import "../parts/pictures.js";
import "../parts/sound_out.js";
import { t } from "../messages/vi.js";
import { notices } from "../parts/banner.js";
import { deskSwitch } from "../parts/desk_switch.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import { interimText, spokenText, unsureLegend } from "../parts/spoken.js";
import { lineTag, notKept, practiceTag, recordingTag, soundTag } from "../parts/status.js";
import { momentOf, spanOf } from "../parts/time.js";
import type { Caption } from "../views/types.js";
import { dataUse } from "./data_use.js";
import "./own_reserve.js";
import "./papers.js";
import { motionOn, paperBallots, voteCard } from "./vote_card.js";

const LINES = 3;

/** A member's own screen: what is on, who speaks, the last words, one big button. */
@customElement("hcb-member")
export class Member extends RoomScreen {
  @state() private leaving = false;
  @state() private excusing = false;
  @state() private readAloud = false;

  protected override updated(): void {
    const list = this.querySelector(".captions");
    if (list) list.scrollTop = list.scrollHeight;
  }

  protected override render(): TemplateResult {
    const { meeting } = this.room.views;
    const open = motionOn(this.room);
    const { pictures } = this.room;
    const seeing = pictures.offered.length + pictures.possible.length + pictures.shown.size > 0;
    return html`<main class="member ${seeing ? "seeing" : ""} ${open ? "atvote" : ""}">
      <header class="memberhead">
        <div class="row nowrap"><p class="soft small grow ellipsis">${this.room.you?.name ? t.comrade(this.room.you.name) : ""} · ${meeting?.cell_name}</p>
          <button class="quiet small" @click=${() => { this.leaving = true; }}>${icon(LogOut, 20)}${t.room.leave}</button></div>
        <div class="row tags">${practiceTag(this.room)}${recordingTag(this.room)}${lineTag(this.room)}${soundTag(this.room)}</div>
      </header>
      ${this.room.line.state === "offline" ? html`<div class="banner warning compact" role="status"><div>${t.line.safe}</div><button class="small" @click=${() => this.room.hurry()}>${t.line.now}</button></div>` : nothing}
      ${notKept(this.room) ? html`<div class="banner warning compact" role="status">${icon(TriangleAlert, 22)}<div>${t.rec.fullMember}</div></div>` : nothing}
      ${notices(this.room)}
      <hcb-sound-out .room=${this.room}></hcb-sound-out>
      <hcb-pictures .room=${this.room}></hcb-pictures>
      ${meeting?.state !== "open" ? this.outside() : open ? nothing : this.now()}
      ${paperBallots(this.room)}
      ${open ? voteCard(this.room, open) : this.captions()}
      <hcb-papers .room=${this.room}></hcb-papers>
      ${this.buttons(Boolean(open))}
      ${modal(this.leaving, t.room.leaveAsk, () => this.leaveWords(), () => { this.leaving = false; })}
    </main>`;
  }

  private outside(): TemplateResult {
    const meeting = this.room.views.meeting;
    if (!meeting || meeting.state === "scheduled") {
      return html`<section class="card stack tight"><h1>${meeting?.title}</h1><p class="strong">${t.room.notStarted}</p>
        <p class="soft">${meeting ? t.room.startsAt(momentOf(meeting.starts_at)) : ""}</p></section>
        ${this.room.you?.guest ? nothing : this.answer()}`;
    }
    return html`<section class="card stack tight"><h1>${meeting.title}</h1><p>${t.room.closed}</p></section>`;
  }

  /** "Dự" or "vắng" with the reason, before the meeting. */
  private answer(): TemplateResult | typeof nothing {
    const own = this.room.you?.member ?? "";
    const line = this.room.views.ledger?.lines.find((one) => one.member === own);
    if (!line) return nothing;
    const send = (coming: boolean, reason: string): void => {
      this.room.send("answer", { coming, reason }).then(() => { this.excusing = false; }, () => undefined);
    };
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      send(false, String(new FormData(e.target as HTMLFormElement).get("reason") ?? ""));
    };
    return html`<section class="card stack tight"><h2>${t.room.answerAsk}</h2>
      ${line.answer === null ? nothing : html`<p role="status">✓ ${line.answer ? t.room.answeredComing : t.room.answeredAbsent(line.answer_reason)}</p>`}
      <div class="row"><button class=${line.answer === null ? "main" : ""} aria-pressed=${line.answer === true} @click=${() => send(true, "")}>${t.room.coming}</button>
        <button aria-pressed=${line.answer === false} @click=${() => { this.excusing = true; }}>${t.room.absent}</button></div>
      ${this.excusing ? html`<form class="stack tight" @submit=${submit}><div class="field"><label for="own-reason">${t.room.absentReason}</label>
        <input id="own-reason" name="reason" type="text" required maxlength="300" /></div><button>${t.room.absentSend}</button></form>` : nothing}</section>`;
  }

  private now(): TemplateResult {
    const { agenda, floor } = this.room.views;
    const item = agenda?.items.find((one) => one.id === agenda.now);
    const speaker = floor?.speaker;
    return html`<section class="nowcard">
      <p class="label soft small">${t.room.itemNow}</p>
      <h1>${item ? item.title : t.room.noItem}</h1>
      <div class="who" aria-live="assertive">
        ${speaker
          ? html`<span class="soft small">${t.room.speaking}</span><span class="strong">${speaker.name || t.room.unknownSpeaker}</span>
              <span class="num soft" aria-hidden="true">${spanOf(this.room.now() - speaker.since)}</span>`
          : html`<span class="soft">${t.room.nobody}</span>`}
      </div>
    </section>`;
  }

  private captions(): TemplateResult {
    const lines = (this.room.views.captions ?? []).slice(-LINES);
    const interims = Object.values(this.room.state.interim).slice(-2);
    return html`<section class="captions" aria-label=${t.room.captions} aria-live=${this.readAloud ? "polite" : "off"}>
      ${lines.length || interims.length ? nothing : html`<p class="soft">${t.room.noCaptions}</p>`}
      <h2 class="sr">${t.room.captions}</h2>
      ${lines.map((line) => caption(line))}
      ${interims.map((one) => html`<p class="interim">${interimText(one)}</p>`)}
      ${unsureLegend(lines)}
      <label class="check sr-check"><input type="checkbox" .checked=${this.readAloud} @change=${(e: Event) => { this.readAloud = (e.target as HTMLInputElement).checked; }} />${t.room.captionsRead}</label>
    </section>`;
  }

  private buttons(voting: boolean): TemplateResult {
    const me = this.room.views.me;
    const open = this.room.views.meeting?.state === "open";
    return html`<footer class="memberfoot ${voting ? "voting" : ""}">
      ${me?.speaking && !voting ? html`<p class="strong invited" role="alert">${t.room.invited}</p>` : nothing}
      ${open ? this.hand(voting) : nothing}
      ${this.microphone()}
      <hcb-own-reserve .room=${this.room}></hcb-own-reserve>
      ${dataUse(this.room)}
      ${deskSwitch(this.room, "member", this)}
    </footer>`;
  }

  private hand(voting: boolean): TemplateResult {
    const me = this.room.views.me;
    if (me?.speaking && !me.hand) {
      return html`<button class="hand low" @click=${() => this.room.do("return_floor", { member: me.member })}>${icon(Check, 26)}${t.room.spoken}</button>`;
    }
    const place = this.room.views.floor?.hands.findIndex((hand) => hand.member === me?.member) ?? -1;
    return html`<button class="hand ${me?.hand ? "up" : voting || me?.speaking ? "" : "main"} ${voting || me?.speaking ? "low" : ""}" aria-pressed=${me?.hand ? "true" : "false"} @click=${() => this.room.do("raise_hand", { up: !me?.hand })}>
        ${icon(Hand, voting || me?.speaking ? 26 : 36)}${me?.hand ? t.room.lower : t.room.raise}</button>
      ${me?.hand ? html`<p class="center small" role="status">${t.room.handUp}${place >= 0 ? html` · ${t.room.handPlace(place + 1)}` : nothing}</p>` : nothing}`;
  }

  private microphone(): TemplateResult {
    const { entry, micOn, views } = this.room;
    if (entry.seat === "hall") return html`<p class="soft center">${t.room.inHall}</p>`;
    if (!this.room.speaks) return entry.microphone && views.me?.speaking ? this.speakInstead() : html`<p class="soft center">${t.room.listenOnly}</p>`;
    if (views.me?.muted && !micOn) return html`<p class="center">${t.room.mutedByChair}</p>${this.micButton()}`;
    return this.micButton();
  }

  /** Who chose to listen only is invited to speak: one button does both. */
  private speakInstead(): TemplateResult {
    const speak = (): void => {
      this.room.listen(false);
      this.room.setMic(true);
    };
    return html`<button class="wide mic main" @click=${speak}>${icon(MicOff, 28)}<span>${t.room.listenOnly}<small class="block">${t.room.turnOnHint}</small></span></button>`;
  }

  private micButton(): TemplateResult {
    const on = this.room.micOn;
    return html`<button class="wide mic ${on ? "on" : this.room.views.me?.speaking ? "main" : ""}" @click=${() => this.room.setMic(!on)}>
      ${icon(on ? Mic : MicOff, 28)}<span>${on ? t.room.micOn : t.room.micOff}<small class="block">${on ? t.room.turnOffHint : t.room.turnOnHint}</small></span></button>`;
  }

  private leaveWords(): TemplateResult {
    return html`<p>${t.room.leaveWhat}</p><div class="actions">
      <button @click=${() => { this.leaving = false; }}>${t.room.stay}</button>
      <button class="main" @click=${() => this.room.leave()}>${t.room.leave}</button></div>`;
  }
}

function caption(line: Caption): TemplateResult {
  return html`<p class="caption"><span class="strong">${line.name || t.room.unknownSpeaker}:</span>
    ${spokenText(line)}${line.doubtful ? html` <span class="tag doubt">? ${t.room.doubtful}</span>` : nothing}</p>`;
}

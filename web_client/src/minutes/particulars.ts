import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Clock, ListChecks, MessageSquareQuote } from "lucide";
import "../styles/particulars.css";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { typedTag } from "../parts/paper.js";
import { RoomScreen } from "../parts/room_screen.js";
import { toldFields, toldOf } from "../parts/told_time.js";
import type { Criterion, Score } from "../views/types.js";

const words = t.particulars;

/** What belongs to the minutes beside the text: reserved opinions, and the meeting's own score. */
@customElement("hcb-particulars")
export class Particulars extends RoomScreen {
  @state() private open: "" | "score" | "reserve" | "times" = "";
  @state() private motion = "";
  protected override ticking = false;

  private readonly shut = (): void => {
    this.open = "";
  };

  protected override render(): TemplateResult {
    const { score, motions } = this.room.views;
    const meeting = this.room.views.meeting?.state;
    const writable = meeting === "open" || meeting === "closed";
    return html`${score && writable ? html`<button class="quiet" @click=${() => { this.open = "score"; }}>${icon(ListChecks)}${words.score}</button>` : nothing}
      ${motions?.length && meeting === "open" ? html`<button class="quiet" @click=${() => { this.open = "reserve"; }}>${icon(MessageSquareQuote)}${words.reserve}</button>` : nothing}
      ${writable && this.room.paper && this.room.may("chair", "secretary", "deputy") ? html`<button class="quiet" @click=${() => { this.open = "times"; }}>${icon(Clock)}${words.times}</button>` : nothing}
      ${modal(this.open === "times", words.times, () => this.times(), this.shut)}
      ${score ? modal(this.open === "score", score.name, () => this.sheet(score), this.shut, true) : nothing}
      ${modal(this.open === "reserve", words.reserve, () => this.reserving(), this.shut)}`;
  }

  /** When the meeting was, where it was opened or closed here without the time of the paper form. */
  private times(): TemplateResult {
    const { meeting } = this.room.views;
    const [began, ended] = [meeting?.began_at ?? null, meeting?.ended_at ?? null];
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const form = new FormData(e.target as HTMLFormElement);
      this.room.order("tell_times", { began_at: toldOf(form, "began") ?? 0, ended_at: toldOf(form, "ended") ?? 0 }).then(this.shut, () => undefined);
    };
    const near = began ?? meeting?.starts_at ?? this.room.now();
    return html`<form class="stack" @submit=${submit}>
      ${toldFields("began", t.paper.openedAt, near, began)}${ended === null ? nothing : toldFields("ended", t.paper.closedAt, ended, ended)}
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${t.save}</button></div></form>`;
  }

  private sheet(score: Score): TemplateResult {
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const form = new FormData(e.target as HTMLFormElement);
      const points = score.criteria.flatMap((one) => {
        const typed = String(form.get(one.key) ?? "");
        const tenths = Math.round(Number(typed) * 10);
        return typed === "" || tenths === one.computed ? [] : [`${one.key}=${tenths}`];
      });
      this.room.order("score", { points }).then(this.shut, () => undefined); // what was typed stays on a refusal
    };
    return html`<form class="stack" @submit=${submit}>
      ${score.total === null ? nothing : html`<p class="tag ok">${words.total(points(score.total), score.band)}${typedTag(score.typed)}</p>`}
      ${score.criteria.map((one) => this.criterion(one))}
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${words.saveScore}</button></div></form>`;
  }

  private criterion(one: Criterion): TemplateResult {
    const value = one.given ?? one.computed;
    return html`<div class="field"><label for="score-${one.key}">${one.name} (${words.most(points(one.most))})</label>
      <input id="score-${one.key}" name=${one.key} class="num" type="number" inputmode="decimal" min="0" max=${one.most / 10} step="0.1"
        ?required=${one.computed === null} .defaultValue=${value === null ? "" : String(value / 10)} />
      ${one.computed === null ? nothing : html`<p class="soft small">${words.computed(points(one.computed), one.why)}</p>`}</div>`;
  }

  private reserving(): TemplateResult {
    const motions = this.room.views.motions ?? [];
    const chosen = motions.find((one) => one.motion === this.motion) ?? motions[motions.length - 1];
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const form = new FormData(e.target as HTMLFormElement);
      this.room.send("reserve", { motion: chosen?.motion, member: form.get("member"), text: form.get("text") }).then(this.shut, () => undefined);
    };
    return html`<form class="stack" @submit=${submit}>
      <div class="field"><label for="reserve-motion">${words.motion}</label>
        <select id="reserve-motion" @change=${(e: Event) => { this.motion = (e.target as HTMLSelectElement).value; }}>
          ${motions.map((one) => html`<option value=${one.motion} ?selected=${one === chosen}>${one.text}</option>`)}</select></div>
      ${chosen?.reserved?.length ? html`<ul class="plainlist">${chosen.reserved.map((one) => html`<li><b>${one.name}</b>: ${one.text}${typedTag(one.typed)}</li>`)}</ul>` : nothing}
      <div class="field"><label for="reserve-member">${words.member}</label><select id="reserve-member" name="member">
        ${chosen?.voters.map((voter) => html`<option value=${voter.member}>${voter.name}</option>`)}</select></div>
      <div class="field"><label for="reserve-text">${words.text}</label><textarea id="reserve-text" name="text" maxlength="4000"></textarea></div>
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${words.saveReserve}</button></div></form>`;
  }
}

/** Tenths as points: 885 is "88,5". */
function points(tenths: number): string {
  return String(tenths / 10).replace(".", ",");
}

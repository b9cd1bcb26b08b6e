import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { BookOpenText, Check, DoorClosed } from "lucide";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { adds, wholeNumber } from "../parts/counting.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { fromPaper, typedTag } from "../parts/paper.js";
import { RoomScreen } from "../parts/room_screen.js";
import { toldFields, toldOf } from "../parts/told_time.js";

/** Read back, passed, closed: in this order, each step visible once done. */
@customElement("hcb-closing")
export class Closing extends RoomScreen {
  @state() private open: "" | "read" | "pass" | "close" = "";
  @state() private votes = { in_favour: -1, against: 0, other: 0 };

  private readonly shut = (): void => {
    this.open = "";
  };

  private order(name: string, args: Record<string, unknown> = {}): void {
    // A refusal is said on the page below the dialog: where nothing was typed, the dialog makes way for it.
    this.room.order(name, args).then(this.shut, () => (name === "close" ? this.shut() : undefined));
  }

  protected override render(): TemplateResult | typeof nothing {
    const meeting = this.room.views.meeting;
    if (!meeting) return nothing;
    return html`<section class="card stack tight"><h2>${t.closing.title}</h2>
      ${meeting.read_back ? html`<div class="row between"><p class="tag ok">${icon(Check)}${t.closing.readDone}${typedTag(meeting.typed?.includes("read_back"))}</p><button class="quiet" @click=${() => { this.open = "read"; }}>${icon(BookOpenText)}${t.closing.readAgain}</button></div>` : html`<button class="wide" @click=${() => { this.open = "read"; }}>${icon(BookOpenText)}${t.closing.readBack}</button>`}
      ${meeting.passed ? html`<p class="tag ok">${icon(Check)}${t.closing.passDone}${typedTag(meeting.typed?.includes("passed"))}</p>` : html`<button class="wide" ?disabled=${!meeting.read_back} @click=${() => { this.open = "pass"; }}>${t.closing.pass}</button>`}
      <button class="wide danger" @click=${() => { this.open = "close"; }}>${icon(DoorClosed)}${t.closing.close}</button>
      ${this.room.may("chair", "secretary", "deputy") ? fromPaper(this.room) : nothing}
      ${modal(this.open === "read", t.closing.readBack, () => this.reading(), this.shut)}
      ${modal(this.open === "pass", t.closing.pass, () => this.passing(), this.shut)}
      ${modal(this.open === "close", t.closing.close, () => this.ending(meeting.owed_ms, meeting.began_at ?? meeting.starts_at), this.shut)}
    </section>`;
  }

  private reading(): TemplateResult {
    const meeting = this.room.views.meeting;
    const here = (this.room.views.ledger?.lines ?? []).filter((line) => line.state === "present");
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.order("read_back", { reader: new FormData(e.target as HTMLFormElement).get("reader") });
    };
    return html`<form class="stack" @submit=${submit}><p>${t.closing.readBackWhy}</p>
      ${meeting && meeting.owed_ms > 0 ? banner("warning", t.closing.readOwed(Math.ceil(meeting.owed_ms / 60_000))) : nothing}
      <div class="field"><label for="reader">${t.closing.reader}</label><select id="reader" name="reader">
        ${here.map((line) => html`<option value=${line.member} ?selected=${line.member === meeting?.secretary}>${line.name}</option>`)}</select></div>
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${t.closing.readBack}</button></div></form>`;
  }

  private passing(): TemplateResult {
    const base = this.room.views.ledger?.voters ?? 0; // as any vote: those who may vote and are there
    const votes = { ...this.votes, in_favour: this.votes.in_favour < 0 ? base : this.votes.in_favour };
    const field = (key: keyof typeof votes, words: string): TemplateResult => html`<div class="field"><label for="pass-${key}">${words}</label>
      <input id="pass-${key}" class="num" type="number" min="0" inputmode="numeric" .value=${String(votes[key])} @input=${(e: Event) => { this.votes = { ...votes, [key]: wholeNumber(e.target as HTMLInputElement) }; }} /></div>`;
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.order("pass_minutes", { ...votes, corrections: new FormData(e.target as HTMLFormElement).get("corrections") });
    };
    return html`<form class="stack" @submit=${submit}><p class="soft">${t.closing.passBase(base)}</p><div class="counts">${field("in_favour", t.vote.for)}${field("against", t.vote.against)}${field("other", t.vote.other)}</div>
      ${adds(votes.in_favour + votes.against + votes.other, base)}
      <div class="field"><label for="corrections">${t.closing.corrections}</label><textarea id="corrections" name="corrections"></textarea></div>
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${t.closing.passSave}</button></div></form>`;
  }

  /** What the meeting leaves undone: said before it is over, and no reason to hold it up. */
  private unfinished(): string[] {
    const { ledger, agenda, motions, meeting, score } = this.room.views;
    const items = agenda?.items ?? [];
    const counted = (n: number, words: (n: number) => string): string => (n ? words(n) : "");
    return [
      counted(ledger?.unknown ?? 0, t.closing.uncalled),
      counted(items.filter((one) => one.state === "waiting").length, t.closing.untouched),
      counted(items.filter((one) => one.state === "now").length, t.closing.stillOn),
      counted(items.filter((one) => one.state === "open").length, t.closing.inconclusive),
      counted(motions?.filter((one) => one.state === "open" && !one.waiting).length ?? 0, t.closing.voting),
      counted(motions?.filter((one) => one.waiting).length ?? 0, t.closing.ballotsAwaited),
      meeting?.passed || meeting?.practice ? "" : meeting?.read_back ? t.closing.notPassed : t.closing.notRead,
      score && score.total === null && !meeting?.practice ? t.closing.notScored : "",
    ].filter(Boolean);
  }

  private ending(owed: number, began: number): TemplateResult {
    const left = this.unfinished();
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const told = toldOf(new FormData(e.target as HTMLFormElement), "closed");
      this.order("close", told === null ? {} : { happened_at: told });
    };
    return html`<form class="stack" @submit=${submit}>${left.length ? html`<div class="stack tight"><p class="strong">${t.closing.unfinished}</p><ul class="unfinished">${left.map((words) => html`<li>${words}</li>`)}</ul></div>` : html`<p>${t.closing.allDone}</p>`}
      ${owed > 0 ? html`<p>${t.closing.owed(Math.ceil(owed / 60_000))}</p>` : nothing}
      ${this.room.paper ? toldFields("closed", t.paper.closedAt, began) : nothing}
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${t.closing.close}</button></div></form>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { BookOpenText, Check, DoorClosed } from "lucide";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import { adds } from "./motion_desk.js";

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
      ${meeting.read_back ? html`<div class="row between"><p class="tag ok">${icon(Check)}${t.closing.readDone}</p><button class="quiet" @click=${() => { this.open = "read"; }}>${icon(BookOpenText)}${t.closing.readAgain}</button></div>` : html`<button class="wide" @click=${() => { this.open = "read"; }}>${icon(BookOpenText)}${t.closing.readBack}</button>`}
      ${meeting.passed ? html`<p class="tag ok">${icon(Check)}${t.closing.passDone}</p>` : html`<button class="wide" ?disabled=${!meeting.read_back} @click=${() => { this.open = "pass"; }}>${t.closing.pass}</button>`}
      <button class="wide danger" @click=${() => { this.open = "close"; }}>${icon(DoorClosed)}${t.closing.close}</button>
      ${modal(this.open === "read", t.closing.readBack, () => this.reading(), this.shut)}
      ${modal(this.open === "pass", t.closing.pass, () => this.passing(), this.shut)}
      ${modal(this.open === "close", t.closing.close, () => this.ending(meeting.owed_ms), this.shut)}
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
    const base = this.room.views.ledger?.present ?? 0; // the server counts all who are present
    const votes = { ...this.votes, in_favour: this.votes.in_favour < 0 ? base : this.votes.in_favour };
    const field = (key: keyof typeof votes, words: string): TemplateResult => html`<div class="field"><label for="pass-${key}">${words}</label>
      <input id="pass-${key}" class="num" type="number" min="0" inputmode="numeric" .value=${String(votes[key])} @input=${(e: Event) => { this.votes = { ...votes, [key]: Number((e.target as HTMLInputElement).value) }; }} /></div>`;
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.order("pass_minutes", { ...votes, corrections: new FormData(e.target as HTMLFormElement).get("corrections") });
    };
    return html`<form class="stack" @submit=${submit}><div class="counts">${field("in_favour", t.vote.for)}${field("against", t.vote.against)}${field("other", t.vote.other)}</div>
      ${adds(votes.in_favour + votes.against + votes.other, base)}
      <div class="field"><label for="corrections">${t.closing.corrections}</label><textarea id="corrections" name="corrections"></textarea></div>
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${t.closing.passSave}</button></div></form>`;
  }

  private ending(owed: number): TemplateResult {
    return html`${owed > 0 ? html`<p>${t.closing.owed(Math.ceil(owed / 60_000))}</p>` : nothing}
      <div class="actions"><button class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main" @click=${() => this.order("close")}>${t.closing.close}</button></div>`;
  }
}

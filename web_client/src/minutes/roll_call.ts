import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ClipboardCheck } from "lucide";
import { plain } from "../join/plain.js";
import { t } from "../messages/vi.js";
import { bases } from "../parts/bases.js";
import { fromPaper, typedTag } from "../parts/paper.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import "./roll_line.js";

/** The ledger: one line of sums that add up, and behind it the roll call for one thumb. */
@customElement("hcb-roll-call")
export class RollCall extends RoomScreen {
  /** The whole sheet on the page, for who does nothing else. */
  @property({ type: Boolean }) whole = false;
  @state() private open = false;
  @state() private search = "";
  @state() private onlyUnknown = false;
  protected override ticking = false;

  protected override render(): TemplateResult {
    const ledger = this.room.views.ledger;
    if (!ledger) return html``;
    if (this.whole) return html`<section class="card stack tight"><h2>${t.roll.title}</h2>${this.sheet()}</section>`;
    const faults = ledger.lines.filter((line) => line.contradictions.length).length;
    return html`<section class="rollstrip">
      <div class="grow"><span class="strong">${t.roll.title}:</span> <span class="num">${t.roll.strip(ledger)}</span>
        <span class="soft small num">· ${ledger.voters} ${t.roll.voters}${faults ? html` · <span class="tag doubt">! ${faults}</span>` : nothing}</span>
        ${bases(ledger)}</div>
      <button @click=${() => { this.open = true; }}>${icon(ClipboardCheck)}${t.roll.open}</button>
      ${modal(this.open, t.roll.title, () => this.dialog(), () => { this.open = false; }, true)}
    </section>`;
  }

  private dialog(): TemplateResult {
    return html`${this.sheet()}<div class="actions"><button class="main" @click=${() => { this.open = false; }}>${t.close}</button></div>`;
  }

  private sheet(): TemplateResult {
    const ledger = this.room.views.ledger;
    const wanted = plain(this.search);
    const lines = (ledger?.lines ?? []).filter((line) => plain(line.name).includes(wanted) && (!this.onlyUnknown || (line.state === "unknown" && !line.outside)));
    return html`<p class="num strong">${ledger ? t.roll.strip(ledger) : ""}</p><p class="soft small">${t.roll.undoHint}</p>
      <div class="row"><input type="search" aria-label=${t.roll.filter} placeholder=${t.roll.filter} .value=${this.search} @input=${(e: Event) => { this.search = (e.target as HTMLInputElement).value; }} />
        <button class="small" aria-pressed=${this.onlyUnknown} @click=${() => { this.onlyUnknown = !this.onlyUnknown; }}>${t.roll.onlyUnknown}</button></div>
      ${this.room.may("chair", "secretary", "deputy") ? fromPaper(this.room) : nothing}
      <ul class="plainlist rolllist">${lines.map((line) => html`<li><hcb-roll-line .room=${this.room} .line=${line}></hcb-roll-line></li>`)}</ul>
      ${this.guests()}`;
  }

  private guests(): TemplateResult {
    const guests = this.room.views.ledger?.guests ?? [];
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const form = e.target as HTMLFormElement;
      const data = new FormData(form);
      const channel = data.get("remote") === "on" ? "remote" : "hall";
      this.room.do("guest", { name: data.get("name"), title: data.get("title"), upper: data.get("upper") === "on", channel });
      form.reset();
    };
    return html`<h3>${t.roll.guests}</h3>
      ${guests.length ? html`<ul>${guests.map((guest) => html`<li>${guest.name}${guest.title ? ` – ${guest.title}` : ""}${guest.upper ? ` (${t.roll.guestUpper})` : ""}${typedTag(guest.typed)}</li>`)}</ul>` : nothing}
      <details><summary>${t.roll.guestAdd}</summary><form class="stack tight" @submit=${submit}>
        <div class="field"><label for="g-name">${t.roll.guestName}</label><input id="g-name" name="name" type="text" required maxlength="200" /></div>
        <div class="field"><label for="g-title">${t.roll.guestTitle}</label><input id="g-title" name="title" type="text" maxlength="300" /></div>
        <label class="check"><input type="checkbox" name="upper" />${t.roll.guestUpper}</label>
        <label class="check"><input type="checkbox" name="remote" />${t.roll.guestRemote}</label><div><button>${t.roll.guestAdd}</button></div></form></details>`;
  }
}

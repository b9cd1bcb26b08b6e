import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ClipboardCheck } from "lucide";
import { plain } from "../join/plain.js";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import { timeOf } from "../parts/time.js";
import type { LedgerLine } from "../views/types.js";

/** The ledger: one line of sums that add up, and behind it the roll call for one thumb. */
@customElement("hcb-roll-call")
export class RollCall extends RoomScreen {
  @state() private open = false;
  @state() private search = "";
  @state() private onlyUnknown = false;
  @state() private excusing = "";
  protected override ticking = false;

  protected override render(): TemplateResult {
    const ledger = this.room.views.ledger;
    if (!ledger) return html``;
    const faults = ledger.lines.filter((line) => line.contradictions.length).length;
    return html`<section class="rollstrip">
      <div class="grow"><span class="strong">${t.roll.title}:</span> <span class="num">${t.roll.strip(ledger)}</span>
        <span class="soft small num">· ${ledger.voters} ${t.roll.voters}${faults ? html` · <span class="tag doubt">! ${faults}</span>` : nothing}</span></div>
      <button @click=${() => { this.open = true; }}>${icon(ClipboardCheck)}${t.roll.open}</button>
      ${modal(this.open, t.roll.title, () => this.sheet(), () => { this.open = false; }, true)}
    </section>`;
  }

  private sheet(): TemplateResult {
    const ledger = this.room.views.ledger;
    const wanted = plain(this.search);
    const lines = (ledger?.lines ?? []).filter((line) => plain(line.name).includes(wanted) && (!this.onlyUnknown || (line.state === "unknown" && !line.outside)));
    return html`<p class="num strong">${ledger ? t.roll.strip(ledger) : ""}</p>
      <div class="row"><input type="search" aria-label=${t.roll.filter} placeholder=${t.roll.filter} .value=${this.search} @input=${(e: Event) => { this.search = (e.target as HTMLInputElement).value; }} />
        <button class="small" aria-pressed=${this.onlyUnknown} @click=${() => { this.onlyUnknown = !this.onlyUnknown; }}>${t.roll.onlyUnknown}</button></div>
      <ul class="plainlist rolllist">${lines.map((line) => this.line(line))}</ul>
      ${this.guests()}
      <div class="actions"><button class="main" @click=${() => { this.open = false; }}>${t.close}</button></div>`;
  }

  private line(line: LedgerLine): TemplateResult {
    const present = line.state === "present";
    const call = (channel: "hall" | "remote", late = line.late): void =>
      this.room.do("call", { member: line.member, present: true, channel, late, method: "tick" });
    const pick = (words: string, on: boolean, act: () => void): TemplateResult => html`<button class="small" aria-pressed=${on} @click=${act}>${words}</button>`;
    return html`<li class="rollline"><div><span class="strong">${line.name}</span>
        <span class="soft small block">${[t.roll.status[line.status], line.position, line.late ? t.roll.late : "", line.left_at ? t.roll.left(timeOf(line.left_at)) : "", line.reason, line.outside ? t.roll.exempt : ""].filter(Boolean).join(" · ")}</span></div>
      <div class="row picks">${pick(t.roll.hall, present && line.channel === "hall", () => call("hall"))}
        ${pick(t.roll.remote, present && line.channel === "remote", () => call("remote"))}
        ${pick(t.roll.excused, line.state === "excused", () => { this.excusing = line.member; })}
        ${pick(t.roll.unexcused, line.state === "absent", () => this.room.do("excuse", { member: line.member, excused: false }))}</div>
      ${present && this.room.views.meeting?.state === "open" ? html`<div class="row more">
          ${pick(t.roll.markLate, line.late, () => call(line.channel === "remote" ? "remote" : "hall", !line.late))}
          ${line.channel === "hall" && !line.left_at ? pick(t.roll.leaveHall, false, () => this.room.do("leave_hall", { member: line.member })) : nothing}</div>` : nothing}
      ${line.contradictions.map((words) => banner("warning", words))}
      ${this.excusing === line.member ? this.excuse(line) : nothing}</li>`;
  }

  private excuse(line: LedgerLine): TemplateResult {
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.room.do("excuse", { member: line.member, excused: true, reason: new FormData(e.target as HTMLFormElement).get("reason") });
      this.excusing = "";
    };
    return html`<form class="row" @submit=${submit}><label for="excuse-${line.member}">${t.roll.reasonAsk(line.name)}</label>
      <input id="excuse-${line.member}" name="reason" type="text" maxlength="200" .value=${line.reason} />
      <button class="main">${t.save}</button><button type="button" class="quiet" @click=${() => { this.excusing = ""; }}>${t.cancel}</button></form>`;
  }

  private guests(): TemplateResult {
    const guests = this.room.views.ledger?.guests ?? [];
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const form = e.target as HTMLFormElement;
      const data = new FormData(form);
      this.room.do("guest", { name: data.get("name"), title: data.get("title"), upper: data.get("upper") === "on", channel: "hall" });
      form.reset();
    };
    return html`<h3>${t.roll.guests}</h3>
      ${guests.length ? html`<ul>${guests.map((guest) => html`<li>${guest.name}${guest.title ? ` – ${guest.title}` : ""}${guest.upper ? ` (${t.roll.guestUpper})` : ""}</li>`)}</ul>` : nothing}
      <details><summary>${t.roll.guestAdd}</summary><form class="stack tight" @submit=${submit}>
        <div class="field"><label for="g-name">${t.roll.guestName}</label><input id="g-name" name="name" type="text" required maxlength="200" /></div>
        <div class="field"><label for="g-title">${t.roll.guestTitle}</label><input id="g-title" name="title" type="text" maxlength="300" /></div>
        <label class="check"><input type="checkbox" name="upper" />${t.roll.guestUpper}</label><div><button>${t.roll.guestAdd}</button></div></form></details>`;
  }
}

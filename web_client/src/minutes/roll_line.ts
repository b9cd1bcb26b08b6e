import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import "./roll_times.js";
import { RoomScreen } from "../parts/room_screen.js";
import { timeOf } from "../parts/time.js";
import type { Channel, LedgerLine } from "../views/types.js";

/** One member at the roll call: a tap says where they are, the same tap again takes it back. */
@customElement("hcb-roll-line")
export class RollLine extends RoomScreen {
  @property({ attribute: false }) line!: LedgerLine;
  @state() private excusing = false;
  @state() private allowing = false;
  @state() private timing = false;
  protected override ticking = false;

  private call(change: Partial<{ present: boolean; channel: Channel; late: boolean; method: string }>): void {
    const { line } = this;
    const channel = line.channel === "remote" ? "remote" : "hall";
    this.room.do("call", { member: line.member, present: true, channel, late: line.state === "present" && line.late, method: "tick", ...change });
  }

  private pick(words: string, on: boolean, act: () => void): TemplateResult {
    return html`<button class="small" aria-pressed=${on} @click=${act}>${words}</button>`;
  }

  private where(channel: Channel, words: string): TemplateResult {
    const on = this.line.state === "present" && this.line.channel === channel;
    return this.pick(words, on, () => this.call({ channel, present: !on }));
  }

  protected override render(): TemplateResult {
    const { line } = this;
    return html`<div class="rollline"><div><span class="strong">${line.name}</span>
        ${line.identified ? html`<span class="tag ok">✓ ${t.roll.identified(line.identified_by)}</span>` : nothing}
        <span class="soft small block">${this.about().join(" · ")}</span></div>
      <div class="row picks">${this.where("hall", t.roll.hall)}${this.where("remote", t.roll.remote)}
        ${this.pick(t.roll.excused, line.state === "excused", () => { this.excusing = true; })}
        ${this.pick(t.roll.unexcused, line.state === "absent", () => this.room.do("excuse", { member: line.member, excused: false }))}</div>
      ${this.more()}
      ${line.contradictions.map((words, n) => banner("warning", words, this.mend(line.faults[n] ?? "")))}
      ${this.timing && this.room.paper ? html`<hcb-roll-times .room=${this.room} .line=${line} @done=${() => { this.timing = false; }}></hcb-roll-times>` : nothing}
      ${this.excusing ? this.excuse() : nothing}${this.allowing ? this.allow() : nothing}</div>`;
  }

  private about(): string[] {
    const { line } = this;
    const before = this.room.views.meeting?.state === "scheduled";
    return [
      t.roll.status[line.status] ?? "", line.position,
      before && line.answer !== null ? (line.answer ? t.roll.coming : `${t.roll.notComing}${line.answer_reason ? `: ${line.answer_reason}` : ""}`) : "",
      line.typed ? t.roll.typed : "", line.late ? t.roll.late : "", line.told_at ? t.roll.cameTold(timeOf(line.told_at)) : "",
      ...(line.out ?? []).map(([since, until]) => t.roll.out(timeOf(since), timeOf(until))),
      line.left_at ? t.roll.left(timeOf(line.left_at)) : line.left ? t.roll.leftUntold : "", line.reason,
      line.remote_allowed ? t.roll.remoteAllowed(line.remote_reason) : "", line.outside ? t.roll.exempt : "",
    ].filter(Boolean);
  }

  private more(): TemplateResult | typeof nothing {
    const { line } = this;
    const state = this.room.views.meeting?.state;
    const times = this.room.paper && line.state === "present" && (state === "open" || state === "closed")
      ? this.pick(t.roll.timesOpen, this.timing, () => { this.timing = !this.timing; }) : nothing;
    if (line.state !== "present" || state !== "open") return times === nothing ? nothing : html`<div class="row more">${times}</div>`;
    const leave = (): void => this.room.do("leave_hall", { member: line.member });
    const heard = (): void => this.call({ channel: "remote", method: line.identified ? "tick" : "voice" });
    return html`<div class="row more">
      ${line.channel === "remote" && line.here ? this.pick(t.roll.voice, line.identified, heard) : nothing}
      ${this.pick(t.roll.markLate, line.late, () => this.call({ late: !line.late, method: line.identified ? "voice" : "tick" }))}
      ${times}${line.channel === "hall" && !line.left_at && !line.left ? this.pick(t.roll.leaveHall, false, leave) : nothing}</div>`;
  }

  /** The one tap that settles what contradicts itself. */
  private mend(fault: string): TemplateResult | undefined {
    const tap = (words: string, act: () => void): TemplateResult => html`<button class="small" @click=${act}>${words}</button>`;
    switch (fault) {
      case "two_channels": return tap(t.roll.asRemote, () => this.call({ channel: "remote" }));
      case "called_but_not_connected": return tap(t.roll.asHall, () => this.call({ channel: "hall" }));
      case "excused_but_present": return tap(t.roll.came, () => this.room.do("answer", { coming: true, member: this.line.member }));
      case "not_expected": return this.unexpected(tap);
      case "remote_not_allowed": return this.room.may("chair", "secretary", "deputy") ? tap(t.people.allow, () => { this.allowing = true; }) : undefined;
      default: return undefined;
    }
  }

  /** Who is not expected is ticked no more; who came by a device of their own is shown out as well. */
  private unexpected(tap: (words: string, act: () => void) => TemplateResult): TemplateResult {
    const { member } = this.line;
    const devices = (this.room.views.people ?? []).filter((one) => one.member === member && one.admitted);
    if (devices.length && !this.room.may("chair", "secretary", "deputy")) return html`<span class="soft small">${t.roll.askToLeave}</span>`;
    return tap(devices.length ? t.roll.showOut : t.roll.untick, () => {
      this.call({ present: false });
      for (const one of devices) this.room.do("remove", { session: one.session });
    });
  }

  /** The chair's word for who is here from elsewhere already: with its reason, as at the door. */
  private allow(): TemplateResult {
    const { line } = this;
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const reason = new FormData(e.target as HTMLFormElement).get("reason");
      this.room.order("allow_remote", { member: line.member, allowed: true, reason }).then(() => { this.allowing = false; }, () => undefined);
    };
    return html`<form class="row" @submit=${submit}><label for="word-${line.member}">${t.opening.remoteReason}</label>
      <input id="word-${line.member}" name="reason" type="text" required maxlength="300" list="words-${line.member}" .value=${line.remote_reason} />
      <datalist id="words-${line.member}">${t.people.reasons.map((words) => html`<option value=${words}></option>`)}</datalist>
      <button class="main">${t.save}</button><button type="button" class="quiet" @click=${() => { this.allowing = false; }}>${t.cancel}</button></form>`;
  }

  private excuse(): TemplateResult {
    const { line } = this;
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.room.do("excuse", { member: line.member, excused: true, reason: new FormData(e.target as HTMLFormElement).get("reason") });
      this.excusing = false;
    };
    return html`<form class="row" @submit=${submit}><label for="excuse-${line.member}">${t.roll.reasonAsk(line.name)}</label>
      <input id="excuse-${line.member}" name="reason" type="text" maxlength="200" .value=${line.reason} />
      <button class="main">${t.save}</button><button type="button" class="quiet" @click=${() => { this.excusing = false; }}>${t.cancel}</button></form>`;
  }
}

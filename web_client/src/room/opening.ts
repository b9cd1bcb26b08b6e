import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { Gauge, Printer } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { fromPaper } from "../parts/paper.js";
import { RoomScreen } from "../parts/room_screen.js";
import { momentOf } from "../parts/time.js";
import { toldFields, toldOf } from "../parts/told_time.js";
import type { Recording } from "../views/types.js";

const WAYS: [string, boolean, boolean, string, string][] = [
  ["both", true, true, t.opening.both, t.opening.bothWhy],
  ["sound", true, false, t.opening.sound, t.opening.soundWhy],
  ["neither", false, false, t.opening.neither, t.opening.neitherWhy],
];

/** What must be settled before the meeting opens; the recording has no default. */
@customElement("hcb-opening")
export class Opening extends RoomScreen {
  private order(name: string, args: Record<string, unknown> = {}): void {
    this.room.order(name, args).catch(() => undefined);
  }

  private readonly open = (e: SubmitEvent): void => {
    e.preventDefault();
    const told = toldOf(new FormData(e.target as HTMLFormElement), "opened");
    this.order("open", told === null ? {} : { happened_at: told });
  };

  protected override render(): TemplateResult {
    const meeting = this.room.views.meeting;
    if (!meeting) return html``;
    const needs = [
      ...(meeting.chair ? [] : [t.opening.needChair]),
      ...(meeting.recording.decided ? [] : [t.opening.needRecording]),
    ];
    return html`<section class="card stack">
      <div><h2 class="ruled">${t.opening.title}</h2></div>
      <p class="soft">${momentOf(meeting.starts_at)}${meeting.place ? html` · ${meeting.place}` : nothing}</p>
      ${this.office("appoint_chair", t.opening.chair, meeting.chair, t.opening.noChair)}
      ${this.office("appoint_secretary", t.opening.secretary, meeting.secretary, t.opening.noSecretary)}
      ${this.recording(meeting.recording)}
      <a class="button quiet" target="_blank" href=${`/m/${encodeURIComponent(meeting.id)}/hall`}>${icon(Gauge)}${t.trial.atDesk}</a>
      <form class="stack tight" @submit=${this.open}>
        ${this.room.may("chair", "secretary", "deputy") ? fromPaper(this.room) : nothing}
        ${this.room.paper ? toldFields("opened", t.paper.openedAt, meeting.starts_at) : nothing}
        <button class="main wide enter" ?disabled=${needs.length > 0}>${t.opening.open}</button></form>
      <a class="button quiet" href=${`/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/conduct.pdf`} download>${icon(Printer)}${t.opening.onPaper}</a>
      ${needs.length ? html`<p class="center soft">${t.opening.needs(needs.join(", "))}</p>` : nothing}
    </section>`;
  }

  private office(command: string, words: string, holder: string, nobody: string): TemplateResult {
    const lines = (this.room.views.ledger?.lines ?? []).filter((line) => !line.outside && line.status !== "temporary");
    const appoint = (e: Event): void => {
      const member = (e.target as HTMLSelectElement).value;
      if (member) this.order(command, { member });
    };
    return html`<div class="field"><label for=${command}>${words}</label><select id=${command} @change=${appoint}>
      <option value="" ?selected=${!holder} disabled>${nobody}</option>
      ${lines.map((line) => html`<option value=${line.member} ?selected=${line.member === holder}>${line.name}${line.position ? ` (${line.position})` : ""}</option>`)}
    </select></div>`;
  }

  private recording(decided: Recording): TemplateResult {
    return html`<fieldset class="seats"><legend class="label">${t.opening.recording}</legend>
      <p class="soft small">${t.opening.recordingWhy}</p>
      ${WAYS.map(
        ([id, record, transcribe, words, why]) => html`<label class="seat" for="way-${id}">
          <input id="way-${id}" type="radio" name="recording" .checked=${decided.decided && decided.record === record && decided.transcribe === transcribe}
            @change=${() => this.order("decide_recording", { record, transcribe })} />
          <span><span class="strong">${words}</span><br /><small class="soft">${why}</small></span></label>`,
      )}</fieldset>`;
  }
}

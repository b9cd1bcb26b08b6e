import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { BookOpenText, Check, Download, FileCheck, FilePen, Send, Stamp, Undo2 } from "lucide";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import "../styles/minutes.css";
import type { RecordView } from "../views/types.js";
import "./differences.js";
import "./digital.js";
import "./issuing.js";
import "./signing.js";
import "./versions.js";

/** The record's state, and what it means for those who hold it. */
function sealWords(last: RecordView["versions"][number] | undefined): [string, string] {
  if (last?.state === "hand_signed") return [t.signing.signed, t.signing.signedWhat];
  if (last?.state !== "signed") return [t.approve.sealed, t.approve.sealedWhat];
  return last.signers?.includes("chair") ? [t.digital.whole, t.digital.wholeWhat] : [t.digital.half, t.digital.halfWhat];
}

const STEPS = ["closed", "submitted", "approved", "sealed"];

/** From the draft to the sealed record: submit, approve or return, documents, what the seal is and is not. */
@customElement("hcb-approve")
export class Approve extends RoomScreen {
  @state() private returning = false;
  @state() private sure = false;
  @state() private correcting = false;

  private order(name: string, args: Record<string, unknown> = {}): void {
    this.room.send(name, args).then(() => { this.returning = false; this.sure = false; }, () => undefined);
  }

  private path(file: string): string {
    return `/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/${file}`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const meeting = this.room.views.meeting;
    if (!meeting || !STEPS.includes(meeting.state)) return nothing;
    return html`<section class="card stack approve"><h2 class="ruled">${t.approve.title}</h2>
      ${this.steps(meeting.state)}
      ${meeting.owed_ms > 0 && meeting.state !== "sealed" ? banner("warning", t.approve.owed(Math.ceil(meeting.owed_ms / 60_000))) : nothing}
      ${meeting.again_ms && meeting.state !== "sealed" ? banner("info", t.approve.again(Math.ceil(meeting.again_ms / 60_000))) : nothing}
      ${this.action(meeting.state, meeting.owed_ms)}
      ${meeting.state === "sealed" ? this.sealed() : nothing}
      <hcb-differences .room=${this.room}></hcb-differences>
      ${this.files(meeting.state)}
      ${meeting.state === "approved" || meeting.state === "sealed" ? html`<hcb-issuing .meeting=${this.room.entry.meeting}></hcb-issuing>` : nothing}
      ${modal(this.correcting, t.approve.reopen, () => this.reopenForm(), () => { this.correcting = false; })}
      ${modal(this.returning, t.approve.returnTitle, () => this.returnForm(), () => { this.returning = false; })}
    </section>`;
  }

  private steps(state: string): TemplateResult {
    const now = STEPS.indexOf(state);
    return html`<ol class="plainlist steps">${t.approve.steps.map((words, n) => {
      const kind = n < now || state === "sealed" ? "done" : n === now ? "now" : "";
      return html`<li class=${kind} aria-current=${kind === "now" ? "step" : nothing}>${kind === "done" ? icon(Check, 20) : html`<span class="num">${n + 1}</span>`} ${words}</li>`;
    })}</ol>`;
  }

  private action(state: string, owed: number): TemplateResult | typeof nothing {
    const remarks = this.room.views.document?.remarks;
    if (state === "closed") {
      return html`${remarks ? banner("warning", html`<span class="strong">${t.approve.returned}</span> ${remarks}`) : nothing}
        ${this.room.may("chair", "secretary") ? html`<p class="soft">${t.approve.submitWhy}</p><button class="main wide" @click=${() => this.order("submit")}>${icon(Send)}${t.approve.submit}</button>` : nothing}`;
    }
    if (state === "submitted") {
      if (!this.room.may("chair")) return html`<p role="status">${t.approve.waiting(this.room.views.meeting?.chair_name ?? "")}</p>`;
      return html`${this.sure
          ? html`<button class="main wide" @click=${() => this.order("approve", { confirmed: true })}>${icon(FileCheck)}${t.approve.approveAnyway}</button>`
          : html`<button class="main wide" @click=${() => (owed > 0 ? (this.sure = true) : this.order("approve"))}>${icon(FileCheck)}${t.approve.approve}</button>`}
        <button class="wide" @click=${() => { this.returning = true; }}>${icon(Undo2)}${t.approve.returnTitle}</button>`;
    }
    if (state === "approved" && this.room.views.meeting?.practice) return html`<p role="status">${t.approve.approvedPractice}</p>`;
    if (state === "approved") return html`<p role="status">${t.approve.approved}</p><progress></progress><hcb-versions .meeting=${this.room.entry.meeting}></hcb-versions>`;
    return nothing;
  }

  private sealed(): TemplateResult {
    const record = this.room.views.record;
    const [says, what] = sealWords(record?.versions.at(-1));
    return html`<div class="seal">${icon(Stamp, 44)}<div><p class="strong">${says}</p><p>${what}</p>
      ${record?.number ? html`<p class="soft">${t.approve.number(record.number)}</p>` : nothing}
      ${record?.sha256 ? html`<p class="soft small">${t.approve.fingerprint}: <code>${record.sha256}</code></p>` : nothing}</div></div>
      <hcb-versions .meeting=${this.room.entry.meeting} .newest=${record?.sha256 ?? ""}></hcb-versions>
      <hcb-signing .room=${this.room}></hcb-signing>
      <hcb-digital .meeting=${this.room.entry.meeting} .newest=${record?.sha256 ?? ""}></hcb-digital>
      ${this.room.may("chair", "secretary") ? html`<button class="wide" @click=${() => { this.correcting = true; }}>${icon(FilePen)}${t.approve.reopen}</button>` : nothing}`;
  }

  private files(state: string): TemplateResult {
    const link = (file: string, words: string): TemplateResult => html`<a class="button" href=${this.path(file)} download>${icon(Download)}${words}</a>`;
    return html`<div class="row"><a class="button" href=${`/m/${encodeURIComponent(this.room.entry.meeting)}/minutes`}>${icon(BookOpenText)}${t.approve.read}</a>
      ${link("minutes.docx", t.approve.docx)}${link("minutes.pdf", t.approve.pdf)}${state === "sealed" ? link("record", t.approve.record) : nothing}</div>
      ${state === "closed" || state === "submitted" ? html`<p class="soft small">${t.approve.draftMark}</p>` : nothing}`;
  }

  private reopenForm(): TemplateResult {
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const reason = new FormData(e.target as HTMLFormElement).get("reason");
      this.room.order("reopen", { reason }).then(() => { this.correcting = false; }, () => undefined);
    };
    return html`<form class="stack" @submit=${submit}><p>${t.approve.reopenWhat}</p>${this.room.may("chair") ? nothing : banner("info", t.desk.forChair)}
      <div class="field"><label for="reason">${t.approve.reopenWhy}</label><textarea id="reason" name="reason" required minlength="3" maxlength="1000"></textarea></div>
      <div class="actions"><button type="button" class="quiet" @click=${() => { this.correcting = false; }}>${t.cancel}</button><button class="main">${t.approve.reopenDo}</button></div></form>`;
  }

  private returnForm(): TemplateResult {
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.order("return", { remarks: new FormData(e.target as HTMLFormElement).get("remarks") });
    };
    return html`<form class="stack" @submit=${submit}><div class="field"><label for="remarks">${t.approve.returnWhat}</label><textarea id="remarks" name="remarks" required maxlength="4000"></textarea></div>
      <div class="actions"><button type="button" class="quiet" @click=${() => { this.returning = false; }}>${t.cancel}</button><button class="main">${t.approve.returnDo}</button></div></form>`;
  }
}

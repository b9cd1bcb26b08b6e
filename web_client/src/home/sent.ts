import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { FileText, Paperclip, Send } from "lucide";
import "../styles/archive.css";
import { ArchivePage } from "../archive/section.js";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { dueOf, momentOf } from "../parts/time.js";
import { post, upload } from "../protocol/http.js";
import type { Summary } from "./types.js";

export interface Submission {
  id: string;
  cell_name: string;
  kind: string;
  kind_name: string;
  title: string;
  text: string;
  meeting: string | null;
  sent_at: number;
  due_on: string | null;
  answered_at: number | null;
  answer: string;
  state: "sent" | "received" | "answered" | "returned";
  late_days: number;
  /** When its files went by their term. */
  files_erased_at: number | null;
  files: { id: string; name: string; size: number }[];
}

const LARGEST = 20 * 1024 * 1024;

/** "Nộp cấp trên": what the cell chose to send, and what became of it there. */
@customElement("hcb-sent")
export class SentUp extends ArchivePage {
  @state() private adding = false;
  @state() private busy = false;
  @state() private kind = "resolution";
  @state() private half = false;
  @state() private tooLarge = false;
  @state() private fault: unknown = null;
  @state() private refusal: unknown = null;
  private readonly sent = new Asked<{ sent: Submission[] }>(this, () => `${this.cell}/sent`);
  private readonly meetings = new Asked<{ meetings: Summary[] }>(this, () => `${this.cell}/meetings`);

  private files(input: HTMLInputElement | null): File[] {
    const files = [...(input?.files ?? [])];
    this.tooLarge = files.some((file) => file.size > LARGEST);
    return files;
  }

  private readonly submit = async (e: SubmitEvent): Promise<void> => {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    const word = (key: string): string => String(form.get(key) ?? "").normalize("NFC").trim();
    const files = this.files(this.querySelector<HTMLInputElement>("#sent-files"));
    if (this.tooLarge) return;
    this.busy = true;
    this.fault = this.refusal = null;
    try {
      const { id } = await post<{ id: string }>(`${this.cell}/sent`, { kind: this.kind, title: word("title"), text: word("text"), ...(word("meeting") ? { meeting: word("meeting") } : {}) });
      this.half = !(await this.attach(id, files));
      this.adding = false;
      await this.sent.again();
    } catch (fault) {
      this.refusal = fault;
    }
    this.busy = false;
  };

  /** Whether all arrived. What was sent stays sent when a file does not come through. */
  private async attach(submission: string, files: File[]): Promise<boolean> {
    try {
      for (const file of files) await upload(`${this.cell}/sent/${encodeURIComponent(submission)}/files`, file, file.name);
    } catch (fault) {
      this.fault = fault;
      return false;
    }
    return true;
  }

  private async more(submission: string, input: HTMLInputElement): Promise<void> {
    this.fault = null;
    const files = this.files(input);
    if (this.tooLarge || !(await this.attach(submission, files))) return;
    this.half = false;
    await this.sent.again();
  }

  protected override render(): TemplateResult {
    const sent = this.sent.answer?.sent;
    return this.page(t.sent.title, html`<p class="soft">${t.sent.what}</p>
      ${this.leads ? html`<div><button class="main" @click=${() => { this.adding = true; this.refusal = null; }}>${icon(Send)}${t.sent.add}</button></div>` : nothing}
      ${this.half ? banner("warning", t.sent.halfSent) : nothing}${this.tooLarge && !this.adding ? banner("error", t.sent.tooLarge) : nothing}${faultBanner(this.fault)}${this.sent.state()}
      ${empty(sent, t.sent.none)}
      <ul class="plainlist stack tight">${sent?.map((one) => this.line(one))}</ul>
      ${modal(this.adding, t.sent.add, () => this.form(), () => { this.adding = false; }, true)}`);
  }

  private line(one: Submission): TemplateResult {
    const here = `${this.cell}/sent/${encodeURIComponent(one.id)}/files`;
    return html`<li class="card stack tight"><p class="soft small">${one.kind_name} · ${t.sent.at(momentOf(one.sent_at))}</p><h2 class="plainhead">${one.title}</h2>
      <p class="row"><span class="tag ${one.answered_at ? "ok" : one.late_days ? "live" : "off"}">${t.sent.state[one.state]}</span>
        ${one.answered_at || !one.due_on ? nothing : html`<span class="small">${one.late_days ? t.sent.late(one.late_days) : t.sent.due(dueOf(one.due_on))}</span>`}</p>
      ${one.text ? html`<p class="prewrap">${one.text}</p>` : nothing}
      ${one.answer ? html`<blockquote class="answer"><p class="strong">${t.sent.answer}</p><p class="prewrap">${one.answer}</p></blockquote>` : nothing}
      ${one.files_erased_at ? html`<p class="soft small">${t.sent.filesErased(momentOf(one.files_erased_at))}</p>` : nothing}
      <div class="row">${one.files.map((file) => html`<a class="button" download href=${`${here}/${file.id}`}>${icon(FileText)}${file.name}</a>`)}
        ${this.leads && !one.answered_at ? html`<span class="filepick"><label class="button" for=${`more-${one.id}`}>${icon(Paperclip)}${t.sent.attach}</label>
          <input id=${`more-${one.id}`} class="sr" type="file" multiple accept=".pdf,.docx,.jpg,.jpeg,.png" @change=${(e: Event) => this.more(one.id, e.target as HTMLInputElement)} /></span>` : nothing}</div></li>`;
  }

  private form(): TemplateResult {
    const ended = this.meetings.answer?.meetings.filter((one) => one.state === "approved" || one.state === "sealed");
    return html`<form class="stack" @submit=${this.submit}>
      <div class="field"><label for="sent-kind">${t.sent.kind}</label><select id="sent-kind" @change=${(e: Event) => { this.kind = (e.target as HTMLSelectElement).value; }}>
        ${t.sent.kinds.map(([key, words]) => html`<option value=${key} ?selected=${key === this.kind}>${words}</option>`)}</select><small class="soft">${t.sent.minutesHint}</small></div>
      <div class="field"><label for="sent-title">${t.sent.name}</label><input id="sent-title" name="title" type="text" required maxlength="200" /></div>
      <div class="field"><label for="sent-meeting">${t.sent.meeting}</label><select id="sent-meeting" name="meeting" ?required=${this.kind === "minutes"}><option value="">${t.sent.noMeeting}</option>
        ${ended?.map((one) => html`<option value=${one.id}>${one.title}</option>`)}</select>${faultBanner(this.meetings.fault, this.meetings.again)}</div>
      <div class="field"><label for="sent-text">${t.sent.text}</label><textarea id="sent-text" name="text" maxlength="20000"></textarea></div>
      <div class="field"><label for="sent-files">${t.sent.files}</label><input id="sent-files" type="file" multiple accept=".pdf,.docx,.jpg,.jpeg,.png" /></div>
      ${this.tooLarge ? banner("error", t.sent.tooLarge) : nothing}${faultBanner(this.refusal)}
      <div class="actions"><button type="button" class="quiet" @click=${() => { this.adding = false; }}>${t.cancel}</button><button class="main" ?disabled=${this.busy}>${this.busy ? t.wait : t.sent.save}</button></div></form>`;
  }
}

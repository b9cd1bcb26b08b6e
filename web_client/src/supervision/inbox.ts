import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { FileSpreadsheet, FileText, MailOpen } from "lucide";
import "../styles/supervision.css";
import type { Submission } from "../home/sent.js";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { take } from "../parts/take.js";
import { dueOf, momentOf } from "../parts/time.js";
import { get, post } from "../protocol/http.js";
import { SupervisionPage } from "./section.js";

interface Came {
  came: Submission[];
  counts: { came: number; new: number; open: number; overdue: number };
}

/** What cells sent up: received by opening it, answered once; the answer goes into the cell's next agenda. */
@customElement("hcb-inbox")
export class Inbox extends SupervisionPage {
  @state() private one: Submission | null = null;
  @state() private fault: unknown = null;
  @state() private refusal: unknown = null;
  @state() private busy = false;
  private show = "open";
  private kind = "";
  private readonly asked = new Asked<Came>(this, () => `/api/inbox?show=${this.show}&kind=${this.kind}`);

  private async open(id: string): Promise<void> {
    this.fault = this.refusal = null;
    try {
      this.one = await get<Submission>(`/api/inbox/${encodeURIComponent(id)}`);
      await this.asked.again();
    } catch (fault) {
      this.fault = fault;
    }
  }

  private readonly answer = async (e: SubmitEvent): Promise<void> => {
    e.preventDefault();
    const text = String(new FormData(e.target as HTMLFormElement).get("text") ?? "").normalize("NFC");
    this.busy = true;
    this.refusal = null;
    try {
      await post(`/api/inbox/${encodeURIComponent(this.one?.id ?? "")}/answer`, { text });
      this.one = null;
      await this.asked.again();
    } catch (fault) {
      this.refusal = fault;
    }
    this.busy = false;
  };

  private readonly list = async (): Promise<void> => {
    this.busy = true;
    this.fault = null;
    try {
      await take("/api/inbox.xlsx", "hop-den.xlsx");
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  };

  protected override render(): TemplateResult {
    const data = this.asked.answer;
    const choice = (id: string, words: string, options: readonly (readonly [string, string])[], now: string, set: (value: string) => void): TemplateResult => html`<div class="field short"><label for=${id}>${words}</label>
      <select id=${id} @change=${(e: Event) => { set((e.target as HTMLSelectElement).value); void this.asked.again(); }}>${options.map(([key, name]) => html`<option value=${key} ?selected=${key === now}>${name}</option>`)}</select></div>`;
    return this.page(t.inbox.title, html`${data ? html`<p class="strong num" role="status">${t.inbox.counts(data.counts.came, data.counts.new, data.counts.open, data.counts.overdue)}</p>` : nothing}
      <div class="row">${choice("inbox-show", t.inbox.show, t.inbox.shows, this.show, (value) => { this.show = value; })}${choice("inbox-kind", t.inbox.kind, [["", t.archive.all], ...t.sent.kinds], this.kind, (value) => { this.kind = value; })}</div>
      <div class="row"><button ?disabled=${this.busy} @click=${this.list}>${icon(FileSpreadsheet)}${t.inbox.xlsx}</button></div>
      <p class="soft small">${t.inbox.opens}</p>${this.asked.state()}${faultBanner(this.fault)}
      ${empty(data?.came, t.inbox.none)}
      <ul class="plainlist stack tight">${data?.came.map((one) => this.line(one))}</ul>
      ${modal(this.one !== null, this.one?.kind_name ?? "", () => this.reading(this.one), () => { this.one = null; }, true)}`);
  }

  private line(one: Submission): TemplateResult {
    return html`<li class="card row"><div class="grow stack tight"><p class="soft small">${one.cell_name} · ${one.kind_name} · ${momentOf(one.sent_at)}</p><h2 class="plainhead">${one.title}</h2>
      <p class="row"><span class="tag ${one.answered_at ? "ok" : one.late_days ? "live" : one.state === "sent" ? "doubt" : "off"}">${t.inbox.state[one.state]}</span>
        ${one.answered_at || !one.due_on ? nothing : html`<span class="small">${one.late_days ? t.sent.late(one.late_days) : t.sent.due(dueOf(one.due_on))}</span>`}</p></div>
      <button @click=${() => this.open(one.id)}>${icon(MailOpen)}${t.inbox.open}</button></li>`;
  }

  private reading(one: Submission | null): TemplateResult {
    if (!one) return html``;
    const minutes = one.kind === "minutes" && one.meeting ? `/m/${encodeURIComponent(one.meeting)}/minutes` : "";
    return html`<p class="soft">${one.cell_name} · ${momentOf(one.sent_at)}</p><p class="strong">${one.title}</p>${one.text ? html`<p class="prewrap">${one.text}</p>` : nothing}
      ${minutes ? html`<p><a class="button" href=${minutes}>${icon(FileText)}${t.inbox.minutes}</a></p>` : nothing}
      ${one.files.length ? html`<div class="row">${one.files.map((file) => html`<a class="button" download href=${`/api/inbox/${encodeURIComponent(one.id)}/files/${file.id}`}>${icon(FileText)}${file.name}</a>`)}</div>` : nothing}
      ${one.files_erased_at ? html`<p class="soft small">${t.sent.filesErased(momentOf(one.files_erased_at))}</p>` : nothing}
      ${one.answered_at ? html`<blockquote class="answer"><p class="strong">${t.inbox.answered}, ${momentOf(one.answered_at)}</p><p class="prewrap">${one.answer}</p></blockquote><div class="actions"><button class="main" @click=${() => { this.one = null; }}>${t.close}</button></div>`
        : html`<form class="stack" @submit=${this.answer}><div class="field"><label for="inbox-answer">${t.inbox.answer}</label><textarea id="inbox-answer" name="text" required maxlength="10000"></textarea><small class="soft">${t.inbox.answerWhat}</small></div>
          ${faultBanner(this.refusal)}<div class="actions"><button type="button" class="quiet" @click=${() => { this.one = null; }}>${t.close}</button><button class="main" ?disabled=${this.busy}>${t.inbox.send}</button></div></form>`}`;
  }
}

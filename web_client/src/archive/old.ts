import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { FileText, FileUp, Trash2 } from "lucide";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { go } from "../parts/route.js";
import { dayOf, dueOf } from "../parts/time.js";
import { post, sendForm } from "../protocol/http.js";
import { ArchivePage } from "./section.js";

interface Old {
  id: string;
  title: string;
  kind: string;
  starts_at: number;
  number: string;
  files: { id: string; name: string; size: number }[];
  lines: string[];
}

const LARGEST = 40 * 1024 * 1024;
const KINDS = ["regular", "thematic", "admission", "annual", "extraordinary"] as const;

/** Minutes from before: the list with its form, or one of them to read. */
@customElement("hcb-old")
export class OldMinutes extends ArchivePage {
  @property({ attribute: false }) old = "";
  @state() private day = "";
  @state() private adding = false;
  @state() private taking = false;
  @state() private busy = false;
  @state() private said = "";
  @state() private tooLarge = false;
  @state() private refusal: unknown = null;
  private readonly all = new Asked<{ old: Old[] }>(this, () => (this.old ? "" : `${this.cell}/old`));
  private readonly one = new Asked<Old>(this, () => (this.old ? `${this.cell}/old/${encodeURIComponent(this.old)}` : ""));

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (this.hasUpdated && changed.has("old")) void Promise.all([this.one.anew(), this.all.again()]);
  }

  private readonly submit = async (e: SubmitEvent): Promise<void> => {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    const files = form.getAll("files").filter((file): file is File => file instanceof File && file.size > 0);
    form.delete("files");
    for (const file of files) form.append("files", file, file.name);
    this.tooLarge = files.reduce((sum, file) => sum + file.size, 0) > LARGEST;
    if (this.tooLarge) return;
    this.busy = true;
    this.refusal = null;
    try {
      const made = await sendForm<{ words: boolean }>(`${this.cell}/old`, form);
      this.said = made.words ? t.old.saved : t.old.wordless;
      this.adding = false;
      await this.all.again();
    } catch (fault) {
      this.refusal = fault;
    }
    this.busy = false;
  };

  protected override render(): TemplateResult {
    if (this.old) return this.page(this.one.answer?.title ?? t.old.title, this.reading());
    const all = this.all.answer?.old;
    return this.page(t.old.title, html`<p class="soft">${t.old.what}</p>
      ${this.committee ? html`<div><button class="main" @click=${() => { this.adding = true; this.refusal = null; this.said = ""; }}>${icon(FileUp)}${t.old.add}</button></div>` : nothing}
      ${this.said ? banner("ok", this.said) : nothing}${this.all.state()}
      ${empty(all, t.old.none)}
      <ul class="plainlist stack tight">${all?.map((one) => html`<li class="card stack tight"><p class="soft small num">${dayOf(one.starts_at)} · ${t.home.kind[one.kind] ?? one.kind}${one.number ? ` · ${t.approve.number(one.number)}` : ""}</p>
        <p><a href=${`/archive/old/${encodeURIComponent(one.id)}`}>${one.title}</a></p></li>`)}</ul>
      ${modal(this.adding, t.old.add, () => this.form(), () => { this.adding = false; }, true)}`);
  }

  private reading(): TemplateResult {
    const one = this.one.answer;
    if (!one) return this.one.state();
    return html`<p class="soft num">${dayOf(one.starts_at)}${one.number ? ` · ${t.approve.number(one.number)}` : ""}</p>${banner("info", t.old.mark)}
      <ul class="plainlist row">${one.files.map((file) => html`<li><a class="button" download href=${`${this.cell}/old/${encodeURIComponent(one.id)}/files/${file.id}`}>${icon(FileText)}${file.name}</a></li>`)}</ul>
      ${one.lines.length ? html`<article class="card minutestext">${one.lines.map((line) => html`<p>${line}</p>`)}</article>` : html`<p class="soft">${t.old.noText}</p>`}
      <div class="row between"><a class="button" href="/archive/old">${t.old.back}</a>${this.committee ? html`<button class="quiet" @click=${() => { this.taking = true; this.refusal = null; }}>${icon(Trash2)}${t.old.takeBack}</button>` : nothing}</div>
      ${modal(this.taking, t.old.takeBack, () => this.sure(), () => { this.taking = false; })}`;
  }

  private sure(): TemplateResult {
    return html`<div class="stack"><p class="strong">${this.one.answer?.title}</p><p>${t.old.takeBackWhat}</p>${faultBanner(this.refusal)}
      <div class="actions"><button class="quiet" @click=${() => { this.taking = false; }}>${t.cancel}</button><button class="main" @click=${this.takeBack}>${t.old.takeBack}</button></div></div>`;
  }

  private readonly takeBack = async (): Promise<void> => {
    try {
      await post(`${this.cell}/old/${encodeURIComponent(this.old)}/take-back`);
      this.taking = false;
      go("/archive/old");
    } catch (fault) {
      this.refusal = fault;
    }
  };

  private form(): TemplateResult {
    return html`<form class="stack" @submit=${this.submit}>
      <div class="field"><label for="old-title">${t.old.name}</label><input id="old-title" name="title" type="text" required maxlength="200" /></div>
      <div class="facets"><div class="field"><label for="old-day">${t.old.day}</label><input id="old-day" name="day" type="date" required min="1930-01-01" @input=${(e: Event) => { this.day = (e.target as HTMLInputElement).value; }} /><small class="soft">${dueOf(this.day)}</small></div>
        <div class="field"><label for="old-kind">${t.archive.kind}</label><select id="old-kind" name="kind">${KINDS.map((kind) => html`<option value=${kind}>${t.home.kind[kind]}</option>`)}</select></div>
        <div class="field"><label for="old-number">${t.old.number}</label><input id="old-number" name="number" type="text" maxlength="40" /></div></div>
      <div class="field"><label for="old-files">${t.old.files}</label><input id="old-files" name="files" type="file" multiple accept=".pdf,.docx,.jpg,.jpeg,.png" /></div>
      <div class="field"><label for="old-text">${t.old.text}</label><textarea id="old-text" name="text" rows="6" maxlength="400000"></textarea><small class="soft">${t.old.textHint}</small></div>
      ${this.tooLarge ? banner("error", t.old.tooLarge) : nothing}${faultBanner(this.refusal)}
      <div class="actions"><button type="button" class="quiet" @click=${() => { this.adding = false; }}>${t.cancel}</button><button class="main" ?disabled=${this.busy}>${this.busy ? t.wait : t.old.save}</button></div></form>`;
  }
}

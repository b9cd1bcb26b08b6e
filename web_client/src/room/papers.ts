import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Download, ExternalLink, FileText, FileUp, Image, Trash2 } from "lucide";
import { t } from "../messages/vi.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import "./paper_words.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import { dayOf } from "../parts/time.js";
import { remove, upload } from "../protocol/http.js";
import type { Paper } from "../views/types.js";

const LARGEST = 25 * 1024 * 1024;

/** The meeting's documents: shown here, of a Word file the words; the desk gives them out. */
@customElement("hcb-papers")
export class Papers extends RoomScreen {
  static override properties = { ...RoomScreen.properties, giving: { type: Boolean } };
  declare giving: boolean;
  @state() private shown: Paper | null = null;
  @state() private open = false;
  @state() private busy = false;
  @state() private tooLarge = false;
  @state() private fault: unknown = null;
  protected override ticking = false;

  private path(paper: Paper): string {
    return `/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/papers/${encodeURIComponent(paper.id)}`;
  }

  protected override render(): TemplateResult | typeof nothing {
    const papers = this.room.views.documents;
    if (!papers) return nothing;
    const gives = this.giving && this.room.may("chair", "secretary", "deputy");
    if (gives) return html`<section class="card stack tight papers" aria-label=${t.papers.title}><h2>${t.papers.title}</h2>${this.list(papers)}${this.give()}${this.viewer()}</section>`;
    if (!papers.length) return nothing;
    return html`<button class="quiet papersbutton" @click=${() => { this.open = true; }}>${icon(FileText)}${t.papers.button(papers.length)}</button>
      ${modal(this.open && !this.shown, t.papers.title, () => this.list(papers), () => { if (!this.shown) this.open = false; }, true)}${this.viewer()}`;
  }

  private list(papers: Paper[]): TemplateResult {
    if (!papers.length) return html`<p class="soft">${t.papers.none}</p>`;
    return html`<ul class="plainlist stack tight">${papers.map((paper) => this.line(paper))}</ul>`;
  }

  private line(paper: Paper): TemplateResult {
    const what = `${t.papers.form[paper.form]} · ${t.papers.size(paper.size)} · ${dayOf(paper.at)}`;
    const act = html`<button @click=${() => { this.shown = paper; }}>${icon(paper.form === "image" ? Image : FileText)}${t.papers.show}</button>`;
    return html`<li class="paper"><span class="strong">${paper.title}</span><small class="soft">${what}</small>
      <span class="row">${act}${this.giving ? html`<button class="quiet tool" aria-label=${t.papers.takeBack(paper.title)} title=${t.papers.takeBack(paper.title)} @click=${() => this.takeBack(paper)}>${icon(Trash2, 20)}</button>` : nothing}</span></li>`;
  }

  private give(): TemplateResult {
    return html`<div class="row"><label class="button" for="paper" aria-disabled=${this.busy ? "true" : nothing}>${icon(FileUp)}${t.papers.give}</label>
        <input id="paper" class="sr" type="file" multiple accept=".pdf,.docx,.png,.jpg,.jpeg,.webp" ?disabled=${this.busy} @change=${(e: Event) => this.picked(e.target as HTMLInputElement)} /></div>
      <p class="soft small">${t.papers.kinds}</p>
      ${this.busy ? html`<div role="status"><p>${t.papers.busy}</p><progress></progress></div>` : nothing}
      ${this.tooLarge ? banner("error", t.papers.tooLarge) : nothing}${faultBanner(this.fault)}`;
  }

  private picked(input: HTMLInputElement): void {
    const files = [...(input.files ?? [])];
    void this.send(files).then(() => { input.value = ""; });
  }

  private async send(files: File[]): Promise<void> {
    this.fault = null;
    this.tooLarge = files.some((file) => file.size > LARGEST);
    if (this.busy || this.tooLarge) return;
    this.busy = true;
    try {
      for (const file of files) await upload(`/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/papers`, file, file.name);
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  private async takeBack(paper: Paper): Promise<void> {
    this.fault = null;
    try {
      await remove(this.path(paper));
    } catch (fault) {
      this.fault = fault;
    }
  }

  /** Phones hand a PDF to their own reader; wider screens show it in place. */
  private viewer(): TemplateResult | typeof nothing {
    const paper = this.shown;
    if (!paper) return nothing;
    const wide = matchMedia("(min-width: 900px)").matches;
    return modal(true, paper.title, () => html`
      ${paper.form === "docx" ? html`<hcb-paper-words .path=${this.path(paper)}></hcb-paper-words>`
        : paper.form === "image" ? html`<img class="paperimage" src=${this.path(paper)} alt=${paper.title} />`
        : wide ? html`<iframe class="paperframe" src=${this.path(paper)} title=${paper.title}></iframe>` : nothing}
      <div class="actions">${paper.form === "docx"
        ? html`<a class="button" href=${this.path(paper)} download>${icon(Download)}${t.papers.download}</a>`
        : html`<a class="button" href=${this.path(paper)} target="_blank" rel="noopener">${icon(ExternalLink)}${t.papers.apart}</a>`}
        <button class="main" @click=${() => { this.shown = null; }}>${t.close}</button></div>`, () => { this.shown = null; }, true);
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowLeft, Download, Printer } from "lucide";
import "../styles/archive.css";
import type { Summary } from "../home/types.js";
import { t } from "../messages/vi.js";
import { banner, faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { get, HttpFault } from "../protocol/http.js";
import "./digital.js";
import "./issuing.js";
import "./versions.js";

/** The minutes in the words of their print: what PDF and DOCX say, line by line. */
interface Page {
  superior: string;
  cell: string;
  number: string;
  place_date: string;
  party: string;
  name: string;
  subject: string;
  lines: { style: "section" | "heading" | "paragraph" | "point" | "conclusion"; text: string }[];
  signatures: { labels: string[]; name: string }[];
}

interface Minutes {
  page: Page;
  approved: boolean;
}

/** The minutes as a page to read, in the order of print; the document itself is the PDF. */
@customElement("hcb-reading")
export class Reading extends Screen {
  @property() meeting = "";
  @state() private summary: Summary | null = null;
  @state() private minutes: Minutes | null = null;
  @state() private fault: unknown = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private get path(): string {
    return `/api/meetings/${encodeURIComponent(this.meeting)}`;
  }

  private async load(): Promise<void> {
    this.fault = null;
    try {
      this.summary = await get<Summary>(this.path);
      this.minutes = await get<Minutes>(`${this.path}/minutes`);
    } catch (fault) {
      this.fault = fault;
    }
  }

  protected override render(): TemplateResult {
    const refused = this.fault instanceof HttpFault && [403, 404, 409].includes(this.fault.status);
    return html`<main class="page stack"><div class="row noprint"><a class="button" href=${`/m/${encodeURIComponent(this.meeting)}`}>${icon(ArrowLeft)}${t.reading.back}</a>
        ${this.minutes ? this.files() : nothing}</div>
      ${refused ? html`<div class="empty card"><h1>${t.reading.notYet}</h1><p>${(this.fault as HttpFault).message || t.reading.notYetWhat}</p></div>` : faultBanner(this.fault, () => this.load())}
      ${!this.minutes && !this.fault ? skeleton() : nothing}
      ${this.summary?.correcting && this.minutes ? html`<div class="noprint">${banner("info", t.archive.correctingWhat)}</div>` : nothing}
      ${this.minutes?.approved ? html`<hcb-versions class="noprint" .meeting=${this.meeting}></hcb-versions>` : nothing}
      ${this.summary?.may.includes("record") && this.minutes?.approved ? html`<hcb-digital class="noprint" .meeting=${this.meeting}></hcb-digital>` : nothing}
      ${this.minutes && this.summary ? this.page(this.summary, this.minutes) : nothing}
      ${this.minutes?.approved ? html`<hcb-issuing .meeting=${this.meeting}></hcb-issuing>` : nothing}</main>`;
  }

  private files(): TemplateResult {
    const link = (file: string, words: string): TemplateResult => html`<a class="button" href=${`${this.path}/${file}`} download>${icon(Download)}${words}</a>`;
    return html`${link("minutes.pdf", t.approve.pdf)}${link("minutes.docx", t.approve.docx)}
      ${this.summary?.may.includes("record") ? link("record", t.approve.record) : nothing}
      <button @click=${() => print()}>${icon(Printer)}${t.reading.print}</button>`;
  }

  private page(summary: Summary, { page, approved }: Minutes): TemplateResult {
    const practice = summary.kind === "practice";
    return html`<article class="minutespage">${practice ? html`<div class="draftmark">${t.practice.tag} – ${t.practice.what}</div>` : nothing}${approved ? nothing : html`<div class="draftmark">${t.reading.draft}</div>`}
      <header class="minuteshead"><div>${page.superior ? html`<p>${page.superior}</p>` : nothing}<p><b>${page.cell}</b></p>${page.number ? html`<p>*</p><p>${page.number}</p>` : nothing}</div>
        <div><p><b class="party">${page.party}</b></p><p><i>${page.place_date}</i></p></div></header>
      <div class="minutestitle"><h1>${page.name}</h1><p><b>${page.subject}</b></p></div>
      ${page.lines.length ? nothing : html`<p>${t.reading.empty}</p>`}
      ${page.lines.map((line) => this.line(line))}
      <footer class="minutessigned">${page.signatures.map((one) => html`<div>${one.labels.map((label, n) => (n ? html`<p>${label}</p>` : html`<p><b>${label}</b></p>`))}<p class="signname"><b>${one.name}</b></p></div>`)}</footer></article>`;
  }

  private line({ style, text }: Page["lines"][number]): TemplateResult {
    switch (style) {
      case "section":
        return html`<h2>${text}</h2>`;
      case "heading":
        return html`<h3>${text}</h3>`;
      case "conclusion":
        return html`<p><i>${text}</i></p>`;
      default:
        return html`<p>${text}</p>`;
    }
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { BookMarked, Download, Stamp } from "lucide";
import { t } from "../messages/vi.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { get, post } from "../protocol/http.js";

interface Pages {
  year: number;
  first: number;
  last: number;
}

interface Issued {
  number: string;
  book: Pages | null;
  may: string[];
}

/** What the cell issues on paper out of the minutes: its resolution under a number, the pages of its minutes book. */
@customElement("hcb-issuing")
export class Issuing extends Screen {
  @property() meeting = "";
  @state() private issued: Issued | null = null;
  @state() private fault: unknown = null;
  @state() private busy = false;

  private get path(): string {
    return `/api/meetings/${encodeURIComponent(this.meeting)}`;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.issued = await get<Issued>(`${this.path}/resolution`);
    } catch {
      this.issued = null; // not for this reader: the minutes themselves say why
    }
  }

  private async take(what: "resolution" | "book"): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.fault = null;
    try {
      await post(`${this.path}/${what}`);
      await this.load();
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const issued = this.issued;
    if (!issued || (!issued.may.length && !issued.book)) return nothing;
    const link = (file: string, words: string): TemplateResult => html`<a class="button" href=${`${this.path}/${file}`} download>${icon(Download)}${words}</a>`;
    const read = issued.may.includes("read");
    return html`<section class="stack noprint issuing"><h3>${t.issuing.title}</h3>
      ${read || issued.may.includes("issue")
        ? html`<p>${issued.number ? html`<span class="strong">${t.issuing.number(issued.number)}</span>` : t.issuing.notYet}</p>
          <div class="row">${read ? html`${link("resolution.docx", t.issuing.docx)}${link("resolution.pdf", t.issuing.pdf)}` : nothing}
            ${issued.may.includes("issue") && !issued.number ? html`<button ?disabled=${this.busy} @click=${() => this.take("resolution")}>${icon(Stamp)}${t.issuing.issue}</button>` : nothing}</div>` : nothing}
      <div class="row">${issued.book
        ? link("minutes-book.pdf", t.issuing.pages(issued.book.first, issued.book.last, issued.book.year))
        : issued.may.includes("book") ? html`<button ?disabled=${this.busy} @click=${() => this.take("book")}>${icon(BookMarked)}${t.issuing.book}</button>` : nothing}</div>
      ${issued.may.includes("book") && !issued.book ? html`<p class="soft small">${t.issuing.bookWhat}</p>` : nothing}
      ${faultBanner(this.fault)}</section>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Download } from "lucide";
import { t } from "../messages/vi.js";
import { Asked } from "../parts/asked.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import type { Cell } from "./types.js";

interface Bound {
  subject: string;
  number: string;
  day: string;
  first: number;
  last: number;
}

/** The year's minutes book: what stands on which pages, and the sheet that closes it. */
@customElement("hcb-book")
export class Book extends Screen {
  @property({ attribute: false }) cell: Cell | null = null;
  @state() private year = new Date().getFullYear();
  private readonly asked = new Asked<{ pages: number; bound: Bound[] }>(this, () => this.path);

  private get path(): string {
    return `/api/cells/${encodeURIComponent(this.cell?.id ?? "")}/book/${this.year}`;
  }

  protected override render(): TemplateResult {
    const now = new Date().getFullYear();
    const choose = (e: Event): void => {
      this.year = Number((e.target as HTMLSelectElement).value);
      void this.asked.anew();
    };
    const book = this.asked.answer;
    return html`<div class="stack"><div class="field"><label for="bookyear">${t.book.year}</label><select id="bookyear" @change=${choose}>
        ${[now, now - 1, now - 2, now - 3].map((year) => html`<option value=${year} ?selected=${year === this.year}>${year}</option>`)}</select></div>
      ${this.asked.state()}
      ${book && !book.bound.length ? html`<p>${t.book.empty(this.year)}</p><p class="soft small">${t.issuing.bookWhat}</p>` : nothing}
      ${book?.bound.length
        ? html`<ol class="plainlist stack tight">${book.bound.map((one) => this.line(one))}</ol>
          <p>${t.book.pages(book.bound.length, book.pages)}</p>
          <a class="button" href=${`${this.path}/closing.pdf`} download>${icon(Download)}${t.book.close}</a>
          <p class="soft small">${t.book.closeWhat}</p>` : nothing}</div>`;
  }

  private line(one: Bound): TemplateResult {
    return html`<li class="row between"><span>${one.subject} <span class="soft small">${one.day.split("-").reverse().join("/")}${one.number ? ` · ${t.approve.number(one.number)}` : ""}</span></span>
      <span class="num">${t.book.span(one.first, one.last)}</span></li>`;
  }
}

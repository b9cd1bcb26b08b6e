import { html, LitElement, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Printer } from "lucide";
import { t } from "../messages/vi.js";
import { faultBanner } from "./banner.js";
import { icon } from "./icon.js";
import { take } from "./take.js";

/** The month's sheet of the log of sealed records, to be printed, signed and handed to the level above. */
@customElement("hcb-heads-sheet")
export class HeadsSheet extends LitElement {
  @state() private fault: unknown = null;
  @state() private month = new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 7);

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  private async get(): Promise<void> {
    this.fault = null;
    try {
      await take(`/api/heads/sheet.pdf?month=${this.month}`, `phieu-moc-${this.month}.pdf`);
    } catch (fault) {
      this.fault = fault;
    }
  }

  protected override render(): TemplateResult {
    const [year, month] = this.month.split("-").map(Number);
    const choose = (y: number, m: number): void => { this.month = `${y}-${String(m).padStart(2, "0")}`; };
    const value = (e: Event): number => Number((e.target as HTMLSelectElement).value);
    const years = Array.from({ length: 6 }, (_, n) => new Date().getFullYear() - n);
    return html`<section class="card stack"><h2>${t.sheet.title}</h2><p>${t.sheet.what}</p>
      <div class="facets"><div class="field"><label for="sheet-month">${t.sheet.month}</label><select id="sheet-month" @change=${(e: Event) => choose(year ?? 0, value(e))}>
          ${Array.from({ length: 12 }, (_, n) => n + 1).map((n) => html`<option value=${n} ?selected=${n === month}>${t.supervision.month(n)}</option>`)}</select></div>
        <div class="field"><label for="sheet-year">${t.sheet.year}</label><select id="sheet-year" @change=${(e: Event) => choose(value(e), month ?? 1)}>
          ${years.map((n) => html`<option value=${n} ?selected=${n === year}>${n}</option>`)}</select></div></div>
      <div class="row"><button @click=${() => this.get()}>${icon(Printer)}${t.sheet.get}</button></div>${faultBanner(this.fault)}</section>`;
  }
}

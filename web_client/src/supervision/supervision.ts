import { html, nothing, svg, type SVGTemplateResult, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import "../styles/supervision.css";
import { plain } from "../join/plain.js";
import { t } from "../messages/vi.js";
import { faultBanner, skeleton } from "../parts/banner.js";
import { Screen } from "../parts/screen.js";
import { get } from "../protocol/http.js";

interface Month {
  month: number;
  regular: boolean | number;
  thematic: boolean | number;
  due: boolean;
}

interface Row {
  id: string;
  name: string;
  parent_name: string;
  months: Month[];
  reason: string;
}

interface Year {
  year: number;
  cells: Row[];
  regular: number;
  due: number;
}

const MONTHS = Array.from({ length: 12 }, (_, n) => n + 1);

/** A year of all cells one looks after: held or not, never what was said. The table first. */
@customElement("hcb-supervision")
export class Supervision extends Screen {
  @state() private data: Year | null = null;
  @state() private fault: unknown = null;
  @state() private year = new Date().getFullYear();
  @state() private onlyMissing = false;
  @state() private search = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.fault = null;
    try {
      this.data = await get<Year>(`/api/supervision?year=${this.year}`);
    } catch (fault) {
      this.fault = fault;
    }
  }

  private shown(data: Year): Row[] {
    const wanted = plain(this.search);
    return data.cells.filter((row) => plain(`${row.name} ${row.parent_name}`).includes(wanted) && (!this.onlyMissing || row.months.some(missing)));
  }

  protected override render(): TemplateResult {
    const data = this.data;
    return html`<main class="page wide stack"><h1 class="ruled">${t.supervision.title}</h1><p class="soft">${t.supervision.what}</p>
      <div class="row filters"><div class="field"><label for="year">${t.supervision.year}</label><select id="year" @change=${(e: Event) => { this.year = Number((e.target as HTMLSelectElement).value); void this.load(); }}>
          ${[0, 1, 2, 3].map((back) => html`<option ?selected=${this.year === new Date().getFullYear() - back}>${new Date().getFullYear() - back}</option>`)}</select></div>
        <div class="field grow"><label for="find-cell">${t.supervision.find}</label><input id="find-cell" type="search" .value=${this.search} @input=${(e: Event) => { this.search = (e.target as HTMLInputElement).value; }} /></div>
        <label class="check"><input type="checkbox" .checked=${this.onlyMissing} @change=${(e: Event) => { this.onlyMissing = (e.target as HTMLInputElement).checked; }} />${t.supervision.only}</label></div>
      ${faultBanner(this.fault, () => this.load())}${!data && !this.fault ? skeleton() : nothing}
      ${data ? this.table(data) : nothing}</main>`;
  }

  private table(data: Year): TemplateResult {
    const rows = this.shown(data);
    if (!data.cells.length) return html`<div class="empty card"><p>${t.supervision.empty}</p></div>`;
    return html`<p class="strong num" role="status">${t.supervision.sum(data.regular, data.due)}</p><p class="soft small">${t.supervision.legend}</p>
      <div tabindex="0" class="tablewrap card flat"><table class="grid"><thead><tr><th scope="col">${t.supervision.cell}</th>${MONTHS.map((n) => html`<th scope="col" class="m"><abbr title=${t.supervision.month(n)}>${n}</abbr></th>`)}<th scope="col">${t.supervision.reason}</th></tr></thead>
        <tbody>${rows.map((row) => html`<tr><th scope="row">${row.name}<span class="soft small block">${row.parent_name}</span></th>${MONTHS.map((n) => cell(row.months.find((one) => one.month === n)))}<td class="small">${row.reason}</td></tr>`)}</tbody></table></div>
      <figure class="card"><figcaption class="strong">${t.supervision.chart}</figcaption>${chart(rows)}</figure>`;
  }
}

function missing(month: Month): boolean {
  return month.due && !month.regular;
}

function cell(month: Month | undefined): TemplateResult {
  if (!month) return html`<td class="m"></td>`;
  const words = [month.regular ? t.supervision.regular : month.due ? t.supervision.missing : t.supervision.ahead, month.thematic ? t.supervision.thematic : ""].filter(Boolean).join(", ");
  const sign = `${month.regular ? "✓" : month.due ? "–" : "○"}${month.thematic ? "◆" : ""}`;
  return html`<td class="m ${month.regular ? "ok" : month.due ? "bad" : "off"}"><span aria-hidden="true">${sign}</span><span class="sr">${words}</span></td>`;
}

function chart(rows: Row[]): SVGTemplateResult {
  const held = MONTHS.map((n) => rows.filter((row) => row.months.some((one) => one.month === n && one.regular)).length);
  const most = Math.max(1, rows.length);
  return svg`<svg class="chart" viewBox="0 0 600 180" role="img" aria-label=${t.supervision.chart}>${held.map((count, n) => svg`
    <rect x=${n * 50 + 8} y=${140 - (120 * count) / most} width="34" height=${(120 * count) / most} rx="3" fill="#A61B1B" />
    <text x=${n * 50 + 25} y=${132 - (120 * count) / most} text-anchor="middle" font-size="15" fill="#29241F">${count}</text>
    <text x=${n * 50 + 25} y="164" text-anchor="middle" font-size="15" fill="#635A50">${n + 1}</text>`)}</svg>`;
}

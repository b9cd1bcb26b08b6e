import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { FileSpreadsheet, FileText } from "lucide";
import "../styles/supervision.css";
import "./trends.js";
import { t } from "../messages/vi.js";
import { Asked } from "../parts/asked.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { take } from "../parts/take.js";
import { monthCell } from "./month.js";
import { SupervisionPage } from "./section.js";
import type { Trend } from "./trends.js";

interface Row {
  id: string;
  name: string;
  parent_name: string;
  months: number[];
  reason: string;
}

interface Commune {
  id: string;
  name: string;
  cells: number;
  regular: number;
  due: number;
  late: number;
  flagged: number;
}

interface Year {
  year: number;
  total: number;
  offset: number;
  flagged: number;
  regular: number;
  due: number;
  tasks: number;
  tasks_done: number;
  problems: Record<string, number>;
  cells: Row[];
  communes: Commune[];
  parents: { id: string; name: string }[];
  trends: Trend[];
}

const MONTHS = Array.from({ length: 12 }, (_, n) => n + 1);
const PAGE = 100;

/** A year of all cells one looks after: held or not, never what was said. A page of cells, the totals of all. */
@customElement("hcb-supervision")
export class Supervision extends SupervisionPage {
  @state() private fault: unknown = null;
  @state() private busy = false;
  private readonly wanted = new URLSearchParams(location.search);
  private readonly asked = new Asked<Year>(this, () => `/api/supervision?${this.wanted.toString()}`);

  private set(key: string, value: string): void {
    if (value) this.wanted.set(key, value);
    else this.wanted.delete(key);
    if (key !== "offset") this.wanted.delete("offset");
    history.replaceState(null, "", `/supervision?${this.wanted.toString()}`.replace(/\?$/, ""));
    void this.asked.again();
  }

  private async report(form: string): Promise<void> {
    this.busy = true;
    this.fault = null;
    const wanted = new URLSearchParams(this.wanted);
    wanted.delete("offset");
    try {
      await take(`/api/supervision/report.${form}?${wanted.toString()}`, `giam-sat-${this.asked.answer?.year ?? ""}.${form}`);
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  protected override render(): TemplateResult {
    const data = this.asked.answer;
    return this.page(t.supervision.title, html`<p class="soft">${t.supervision.what}</p>${this.filters(data)}
      ${this.asked.state()}${faultBanner(this.fault)}
      ${data ? html`<p class="strong num" role="status">${t.supervision.sum(data.regular, data.due, data.total, data.flagged)} · ${t.supervision.tasks(data.tasks_done, data.tasks)}</p>
        <div class="row noprint"><button ?disabled=${this.busy} @click=${() => this.report("xlsx")}>${icon(FileSpreadsheet)}${t.supervision.xlsx}</button>
          <button ?disabled=${this.busy} @click=${() => this.report("pdf")}>${icon(FileText)}${t.supervision.pdf}</button></div>${this.busy ? banner("info", t.lists.busy) : nothing}
        ${data.communes.length > 1 ? this.communes(data.communes) : nothing}${data.total ? this.grid(data) : html`<div class="empty card"><p>${t.supervision.empty}</p></div>`}
        <section class="stack tight"><h2>${t.supervision.trends}</h2><hcb-trends .trends=${data.trends}></hcb-trends></section>` : nothing}`);
  }

  private filters(data: Year | null): TemplateResult {
    const choice = (key: string, words: string, options: readonly (readonly [string, string])[]): TemplateResult => html`<div class="field"><label for="s-${key}">${words}</label>
      <select id="s-${key}" @change=${(e: Event) => this.set(key, (e.target as HTMLSelectElement).value)}>${options.map(([value, name]) => html`<option value=${value} ?selected=${(this.wanted.get(key) ?? "") === value}>${name}</option>`)}</select></div>`;
    const now = new Date().getFullYear();
    const parents = data?.parents ?? [];
    return html`<div class="facets noprint">${choice("year", t.supervision.year, [0, 1, 2, 3].map((back) => [back ? String(now - back) : "", String(now - back)] as const))}
      ${parents.length > 1 ? choice("parent", t.supervision.commune, [["", t.supervision.everywhere], ...parents.map((one) => [one.id, one.name] as const)]) : nothing}
      ${choice("problem", t.supervision.problem, t.supervision.problems.map(([key, name]) => [key, key && data ? `${name} (${data.problems[key] ?? 0})` : name] as const))}
      <div class="field"><label for="find-cell">${t.supervision.find}</label><input id="find-cell" type="search" maxlength="100" .value=${this.wanted.get("name") ?? ""} @change=${(e: Event) => this.set("name", (e.target as HTMLInputElement).value.trim())} /></div></div>`;
  }

  private communes(communes: Commune[]): TemplateResult {
    return html`<details class="card" ?open=${!this.wanted.has("parent")}><summary>${t.supervision.communes} (${communes.length})</summary>
      <div tabindex="0" class="tablewrap tall"><table class="level"><thead><tr><th scope="col">${t.supervision.commune}</th><th scope="col">${t.supervision.cells}</th><th scope="col">${t.supervision.held}</th><th scope="col">${t.supervision.lates}</th><th scope="col">${t.supervision.flagged}</th></tr></thead><tbody>
      ${communes.map((one) => html`<tr class="num"><th scope="row"><button class="quiet link" @click=${() => this.set("parent", one.id)}>${one.name}</button></th><td>${one.cells}</td><td>${one.regular}/${one.due}</td><td>${one.late}</td><td>${one.flagged}</td></tr>`)}</tbody></table></div></details>`;
  }

  private grid(data: Year): TemplateResult {
    const year = this.wanted.get("year");
    const last = data.offset + data.cells.length;
    return html`<p class="soft small">${t.supervision.legend}</p>
      <div tabindex="0" class="tablewrap card flat"><table class="grid"><thead><tr><th scope="col">${t.supervision.cell}</th>${MONTHS.map((n) => html`<th scope="col" class="m"><abbr title=${t.supervision.month(n)}>${n}</abbr></th>`)}<th scope="col">${t.supervision.reason}</th></tr></thead>
        <tbody>${data.cells.map((row) => html`<tr><th scope="row"><a href=${`/supervision/cells/${encodeURIComponent(row.id)}${year ? `?year=${year}` : ""}`}>${row.name}</a><span class="soft small block">${row.parent_name}</span></th>${row.months.map(monthCell)}<td class="small">${row.reason}</td></tr>`)}</tbody></table></div>
      ${data.total > data.cells.length ? html`<div class="row noprint"><button ?disabled=${!data.offset} @click=${() => this.set("offset", String(Math.max(0, data.offset - PAGE)))}>${t.supervision.previous}</button>
        <span class="num" role="status">${t.supervision.page(data.offset + 1, last, data.total)}</span><button ?disabled=${last >= data.total} @click=${() => this.set("offset", String(last))}>${t.supervision.next}</button></div>` : nothing}`;
  }
}

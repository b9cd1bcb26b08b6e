import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Archive as Box, FileSpreadsheet } from "lucide";
import "../parts/heads_sheet.js";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { take } from "../parts/take.js";
import { dueOf } from "../parts/time.js";
import { ArchivePage } from "./section.js";

/** Lists for the electronic handbook, and a period's sealed records in one file. */
@customElement("hcb-lists")
export class Lists extends ArchivePage {
  @state() private fault: unknown = null;
  @state() private said = "";
  @state() private busy = false;
  @state() private since = `${new Date().getFullYear()}-01-01`;
  @state() private until = `${new Date().getFullYear()}-12-31`;
  @state() private list = "all";

  /** Both days belong to the period, in Vietnam's time. */
  private get period(): string {
    const at = (day: string): number => Date.parse(`${day}T00:00:00+07:00`) || 0;
    return `since=${at(this.since)}&until=${at(this.until) ? at(this.until) + 86_400_000 : 0}`;
  }

  private async get(path: string, name: string): Promise<void> {
    this.fault = null;
    this.busy = true;
    this.said = t.lists.busy;
    try {
      await take(path, name);
      this.said = t.lists.done;
    } catch (fault) {
      this.said = "";
      this.fault = fault;
    }
    this.busy = false;
  }

  protected override render(): TemplateResult {
    const list = (form: string): Promise<void> => this.get(`${this.cell}/lists.${form}?name=${this.list}&${this.period}`, `danh-sach-${this.list}.${form}`);
    return this.page(t.lists.title, html`<p class="soft">${t.lists.what}</p>
      <div class="facets"><div class="field"><label for="since">${t.lists.since}</label><input id="since" type="date" .value=${this.since} @change=${(e: Event) => { this.since = (e.target as HTMLInputElement).value; }} /><small class="soft">${dueOf(this.since)}</small></div>
        <div class="field"><label for="until">${t.lists.until}</label><input id="until" type="date" .value=${this.until} @change=${(e: Event) => { this.until = (e.target as HTMLInputElement).value; }} /><small class="soft">${dueOf(this.until)}</small></div></div>
      <section class="card stack"><div class="field short"><label for="list">${t.lists.list}</label><select id="list" @change=${(e: Event) => { this.list = (e.target as HTMLSelectElement).value; }}>
          ${t.lists.names.map(([key, words]) => html`<option value=${key} ?selected=${key === this.list}>${words}</option>`)}</select></div>
        <div class="row"><button class="main" ?disabled=${this.busy} @click=${() => list("xlsx")}>${icon(FileSpreadsheet)}${t.lists.xlsx}</button>
          ${this.list === "all" ? nothing : html`<button ?disabled=${this.busy} @click=${() => list("csv")}>${icon(FileSpreadsheet)}${t.lists.csv}</button>`}</div></section>
      <section class="card stack"><h2>${t.lists.records}</h2><p>${t.lists.recordsWhat}</p>
        <div class="row"><button ?disabled=${this.busy} @click=${() => this.get(`${this.cell}/records.zip?${this.period}`, "ho-so.zip")}>${icon(Box)}${t.lists.zip}</button></div></section>
      <hcb-heads-sheet></hcb-heads-sheet>
      ${faultBanner(this.fault)}${this.said ? banner(this.busy ? "info" : "ok", this.said) : nothing}`);
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Upload } from "lucide";
import { t } from "../messages/vi.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { upload } from "../protocol/http.js";
import type { Cell } from "./types.js";

interface Imported {
  imported: number;
  faults: { row: number; column: string; message: string }[];
  unused: string[];
}

const LARGEST = 5 * 1024 * 1024;

/** The cell's members, and bringing them in from a table; faults are named by row and column. */
@customElement("hcb-roster")
export class Roster extends Screen {
  @property({ attribute: false }) cell: Cell | null = null;
  @state() private result: Imported | null = null;
  @state() private fault: unknown = null;
  @state() private busy = false;
  @state() private tooLarge = false;

  private async send(event: Event): Promise<void> {
    const file = (event.target as HTMLInputElement).files?.[0];
    if (!file) return;
    this.result = this.fault = null;
    this.tooLarge = file.size > LARGEST;
    if (this.tooLarge) return;
    this.busy = true;
    try {
      this.result = await upload<Imported>(`/api/cells/${encodeURIComponent(this.cell?.id ?? "")}/roster`, file, file.name);
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
    (event.target as HTMLInputElement).value = "";
  }

  protected override render(): TemplateResult {
    return html`<p>${t.roster.what}</p>
      <div class="filepick"><label class="button" for="roster-file">${icon(Upload)}${t.roster.file}</label><input id="roster-file" class="sr" type="file" accept=".csv,.xlsx" ?disabled=${this.busy} @change=${this.send} /></div>
      ${this.busy ? html`<progress></progress>` : nothing}${faultBanner(this.fault)}
      ${this.tooLarge ? banner("error", t.roster.tooLarge) : nothing}
      ${this.result ? this.outcome(this.result) : this.members()}
      <div class="actions"><button class="main" @click=${() => this.dispatchEvent(new CustomEvent("done"))}>${t.close}</button></div>`;
  }

  private outcome(result: Imported): TemplateResult {
    const unused = result.unused.length ? banner("info", t.roster.unused(result.unused)) : nothing;
    if (!result.faults.length) return html`${banner("ok", t.roster.done(result.imported))}${unused}`;
    return html`${banner("error", t.roster.faults(result.faults.length))}${unused}<div tabindex="0" class="tablewrap"><table><thead><tr><th>${t.roster.row}</th><th>${t.roster.column}</th><th>${t.roster.fault}</th></tr></thead>
      <tbody>${result.faults.map((fault) => html`<tr><td class="num">${fault.row}</td><td>${fault.column}</td><td>${fault.message}</td></tr>`)}</tbody></table></div>`;
  }

  private members(): TemplateResult {
    const members = this.cell?.members ?? [];
    if (!members.length) return html`<div class="empty"><p>${t.roster.none}</p></div>`;
    return html`<div tabindex="0" class="tablewrap"><table><thead><tr><th>#</th><th>${t.roster.name}</th><th>${t.roster.status}</th><th>${t.roster.position}</th></tr></thead><tbody>
      ${members.map((one, n) => html`<tr><td class="num">${n + 1}</td><td>${one.name}</td><td>${[t.roll.status[one.status], one.exempt ? t.roster.exempt : "", one.suspended ? t.roster.suspended : "", one.away ? t.roster.away : ""].filter(Boolean).join(", ")}</td><td>${one.position}</td></tr>`)}
    </tbody></table></div>`;
  }
}

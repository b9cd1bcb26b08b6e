import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { BookMarked, CalendarPlus, DoorOpen, FileText, House, PenLine, QrCode, Users } from "lucide";
import "../styles/home.css";
import "./book.js";
import "./links.js";
import "./reminders.js";
import "./roster.js";
import "./schedule.js";
import { t } from "../messages/vi.js";
import { banner, faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { Screen } from "../parts/screen.js";
import { dayOf, timeOf } from "../parts/time.js";
import { get, HttpFault } from "../protocol/http.js";
import type { Cell, Me, Summary } from "./types.js";

/** The meetings of one's cell: the next one first, with what one may do about it. */
@customElement("hcb-home")
export class Home extends Screen {
  @property({ attribute: false }) me: Me | null = null;
  @state() private cells: { id: string; name: string }[] = [];
  @state() private cell: Cell | null = null;
  @state() private meetings: Summary[] | null = null;
  /** A cell one looks after but does not belong to: its meetings are its members' own. */
  @state() private foreign = false;
  @state() private fault: unknown = null;
  @state() private open: "" | "schedule" | "roster" | "book" = "";
  @state() private linksOf: Summary | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load(this.me?.cell ?? "");
  }

  private async load(wanted: string): Promise<void> {
    this.fault = null;
    try {
      const { cells } = await get<{ cells: { id: string; name: string; level: string }[] }>("/api/cells");
      const all = this.me?.roles.includes("administrator");
      this.cells = cells.filter((one) => all || one.level === "cell");
      const id = wanted || this.cells[0]?.id;
      if (!id) {
        this.meetings = [];
        return;
      }
      const path = `/api/cells/${encodeURIComponent(id)}`;
      const [cell, list] = await Promise.all([get<Cell>(path), meetingsOf(path)]);
      this.cell = cell;
      this.foreign = list === null;
      this.meetings = list ?? [];
    } catch (fault) {
      this.fault = fault;
    }
  }

  private readonly reload = (): void => {
    this.open = "";
    void this.load(this.cell?.id ?? "");
  };

  protected override render(): TemplateResult {
    const ahead = (this.meetings ?? []).filter((one) => ["scheduled", "open"].includes(one.state)).sort((a, b) => a.starts_at - b.starts_at);
    const work = (this.meetings ?? []).filter((one) => ["closed", "submitted", "approved"].includes(one.state));
    const done = (this.meetings ?? []).filter((one) => one.state === "sealed");
    return html`<main class="page stack wide-gap">
      <header class="row between"><div>${this.cell ? html`<p class="soft">${this.cell.parent_name}</p><h1>${this.cell.name}</h1>` : html`<h1>${t.nav.meetings}</h1>`}</div>
        <div class="row">${this.cells.length > 1 ? this.chooser() : nothing}
          ${this.cell?.may.includes("roster") ? html`<button @click=${() => { this.open = "roster"; }}>${icon(Users)}${t.home.roster} (${this.cell.members.length})</button>` : nothing}
          ${this.cell?.may.includes("book") ? html`<button @click=${() => { this.open = "book"; }}>${icon(BookMarked)}${t.book.title}</button>` : nothing}
          ${this.cell?.may.includes("schedule") ? html`<button class="main" @click=${() => { this.open = "schedule"; }}>${icon(CalendarPlus)}${t.home.schedule}</button>` : nothing}</div></header>
      ${faultBanner(this.fault, this.reload)}
      ${this.cell && !this.foreign ? html`<hcb-reminders .cell=${this.cell.id}></hcb-reminders>` : nothing}
      ${this.meetings === null && !this.fault ? skeleton() : nothing}
      ${this.foreign ? banner("info", t.home.foreign) : nothing}
      ${this.meetings?.length === 0 && !this.foreign ? html`<div class="empty card"><h2>${t.home.none}</h2><p>${this.cell?.may.includes("schedule") ? t.home.noneStart : t.home.noneWhat}</p></div>` : nothing}
      ${this.group(t.home.ahead, ahead)}${this.group(t.home.work, work)}${this.group(t.home.done, done)}
      ${modal(this.open === "schedule", t.home.schedule, () => html`<hcb-schedule .cell=${this.cell} @done=${this.reload}></hcb-schedule>`, () => { this.open = ""; }, true)}
      ${modal(this.open === "roster", t.home.roster, () => html`<hcb-roster .cell=${this.cell} @done=${this.reload}></hcb-roster>`, () => { this.open = ""; }, true)}
      ${modal(this.open === "book", t.book.title, () => html`<hcb-book .cell=${this.cell}></hcb-book>`, () => { this.open = ""; }, true)}
      ${modal(this.linksOf !== null, t.links.title, () => html`<hcb-links .meeting=${this.linksOf} .cell=${this.cell}></hcb-links>`, () => { this.linksOf = null; }, true)}
    </main>`;
  }

  private chooser(): TemplateResult {
    return html`<label class="sr" for="cell">${t.home.cell}</label><select id="cell" class="cellselect" @change=${(e: Event) => this.load((e.target as HTMLSelectElement).value)}>
      ${this.cells.map((one) => html`<option value=${one.id} ?selected=${one.id === this.cell?.id}>${one.name}</option>`)}</select>`;
  }

  private group(words: string, meetings: Summary[]): TemplateResult | typeof nothing {
    if (!meetings.length) return nothing;
    return html`<section class="stack tight"><h2>${words}</h2><ul class="plainlist stack tight">${meetings.map((one) => this.meeting(one))}</ul></section>`;
  }

  private meeting(one: Summary): TemplateResult {
    const here = `/m/${encodeURIComponent(one.id)}`;
    const live = one.state === "open";
    const ahead = live || one.state === "scheduled";
    return html`<li class="card meetingcard">
      <div class="when num"><span class="strong">${dayOf(one.starts_at)}</span><span>${timeOf(one.starts_at)}</span></div>
      <div class="grow stack tight"><h3>${one.title}${one.kind === "practice" ? html` <span class="tag doubt" title=${t.practice.what}>${t.practice.tag}</span>` : nothing}</h3><p class="soft small">${[one.place, t.home.mode[one.mode], t.home.kind[one.kind]].filter(Boolean).join(" · ")}</p>
        <span><span class="tag ${live ? "live" : one.record ? "ok" : "off"}">${one.record ? one.record : t.home.state[one.state] ?? one.state}</span>${one.correcting ? html` <span class="tag doubt">${t.archive.correcting}</span>` : nothing} ${one.number ? html`<span class="soft small">${t.approve.number(one.number)}</span>` : nothing}</span></div>
      <div class="row">
        ${ahead && one.may.includes("links") ? html`<button @click=${() => { this.linksOf = one; }}>${icon(QrCode)}${t.links.title}</button>` : nothing}
        ${ahead && one.may.includes("links") ? html`<a class="button" href=${`${here}/hall`}>${icon(House)}${t.hall.open}</a>` : nothing}
        ${ahead || one.may.includes("edit") || one.may.includes("approve")
          ? html`<a class="button ${ahead ? "main" : ""}" href=${here}>${icon(DoorOpen)}${ahead ? t.home.enter : t.home.finish}</a>` : nothing}
        ${one.may.includes("sign") ? html`<a class="button" href=${`${here}/minutes`}>${icon(PenLine)}${t.digital.go}</a>` : nothing}
        ${ahead ? nothing : html`<a class="button" href=${`${here}/minutes`}>${icon(FileText)}${t.approve.read}</a>`}
      </div></li>`;
  }
}

/** The cell's meetings, newest first; null where one may not see them. */
async function meetingsOf(path: string): Promise<Summary[] | null> {
  try {
    return (await get<{ meetings: Summary[] }>(`${path}/meetings`)).meetings;
  } catch (fault) {
    if (fault instanceof HttpFault && fault.status === 403) return null;
    throw fault;
  }
}

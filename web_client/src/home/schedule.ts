import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowDown, ArrowUp, CalendarSync, Plus, Trash2, Undo2 } from "lucide";
import { t } from "../messages/vi.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { dueOf, momentOf } from "../parts/time.js";
import { get, post } from "../protocol/http.js";
import type { Cell, Plan } from "./types.js";

const KINDS = ["regular", "thematic", "admission", "annual", "extraordinary", "practice"] as const;
const MODES = ["hybrid", "hall", "online"] as const;

interface Line {
  /** As the server proposed it: says whose answer from above the item tells. */
  id: string;
  title: string;
  secret: boolean;
  presenter: string;
  /** Of the conclusion: stands in the chair's dialog when the item is concluded. */
  draft: string;
}

const line = (title: string): Line => ({ id: "", title, secret: false, presenter: "", draft: "" });

/** Calling a meeting: what, when, where, and its agenda. */
@customElement("hcb-schedule")
export class Schedule extends Screen {
  @property({ attribute: false }) cell: Cell | null = null;
  @state() private kind: (typeof KINDS)[number] = "regular";
  @state() private topic: string | null = null;
  @state() private lines: Line[] = t.schedule.regularAgenda.map((title) => line(title));
  /** Once somebody wrote into the agenda, only the button puts the proposal over it. */
  private touched = false;
  @state() private plan: Plan | null = null;
  /** What the button did, and the agenda as it was before. */
  @state() private took: { words: string; before: Line[] } | null = null;
  @state() private fault: unknown = null;
  @state() private busy = false;
  @state() private at = `${new Date(Date.now() + 7 * 3_600_000).toISOString().slice(0, 10)}T19:30`;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.propose();
  }

  private get suggested(): string {
    const [year, month] = this.at.split("-").map(Number);
    return t.schedule.titleOf(this.kind, month || 1, year || new Date().getFullYear());
  }

  /** What the form of the kind, last month and the level above give; without a line the form's own agenda stays. */
  private async propose(): Promise<void> {
    if (!this.cell || Number.isNaN(this.moment)) return;
    const wanted = `${this.kind} ${this.at}`;
    const path = `/api/cells/${encodeURIComponent(this.cell.id)}/plan?kind=${this.kind}&starts_at=${this.moment}`;
    const plan = await get<Plan>(path).catch(() => null);
    if (!plan || wanted !== `${this.kind} ${this.at}`) return;
    this.plan = plan;
    this.took = null;
    if (!this.touched) this.take(this.fresh(plan));
  }

  private fresh(plan: Plan): Line[] {
    const draft = (item: string): string => plan.conclusions.filter((one) => one.item === item).map((one) => one.text).join("\n").slice(0, 4_000);
    return plan.agenda.map((item) => ({ ...line(item.title), id: item.id, secret: item.secret, draft: draft(item.id) }));
  }

  private take(lines: Line[]): void {
    if (lines.length) this.lines = lines;
    this.touched = false;
  }

  /** The button: what it put in is said, and can be taken back. */
  private readonly takeOver = (): void => {
    const before = this.lines;
    const lines = this.plan ? this.fresh(this.plan) : [];
    const known = new Set(before.map((one) => one.title));
    const added = lines.filter((one) => !known.has(one.title)).length;
    const same = JSON.stringify(lines) === JSON.stringify(before);
    this.take(lines);
    this.took = { words: same ? t.schedule.tookSame(lines.length) : t.schedule.took(lines.length, added), before: same ? [] : before };
  };

  private readonly undo = (): void => {
    if (this.took) this.lines = this.took.before;
    this.touched = true;
    this.took = null;
  };

  private edit(lines: Line[]): void {
    this.lines = lines;
    this.touched = true;
    this.took = null;
  }

  /** The form's time is Vietnam's, wherever this device believes to be; NaN while it is not whole. */
  private get moment(): number {
    return Date.parse(`${this.at}:00+07:00`);
  }

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    this.busy = true;
    this.fault = null;
    try {
      await post(`/api/cells/${encodeURIComponent(this.cell?.id ?? "")}/meetings`, {
        kind: this.kind,
        title: this.topic ?? this.suggested,
        place: form.get("place"),
        mode: form.get("mode"),
        starts_at: this.moment,
        agenda: this.lines.filter((line) => line.title.trim()).map((line) => ({ id: line.id, title: line.title.trim(), secret: line.secret, presenter: line.presenter, draft: line.secret ? "" : line.draft.trim() })),
      });
      this.dispatchEvent(new CustomEvent("done"));
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  private change(place: number, change: Partial<Line>): void {
    this.edit(this.lines.map((line, n) => (n === place ? { ...line, ...change } : line)));
  }

  private move(place: number, by: number): void {
    const lines = [...this.lines];
    const [line] = lines.splice(place, 1);
    if (line) lines.splice(place + by, 0, line);
    this.edit(lines);
  }

  protected override render(): TemplateResult {
    return html`<form class="stack" @submit=${this.submit}>
      <div class="field"><label for="kind">${t.schedule.kind}</label><select id="kind" @change=${(e: Event) => { this.kind = (e.target as HTMLSelectElement).value as (typeof KINDS)[number]; void this.propose(); }}>
        ${KINDS.map((one) => html`<option value=${one} ?selected=${one === this.kind}>${t.home.kind[one]}</option>`)}</select>
        ${this.kind === "practice" ? html`<small class="soft">${t.practice.what}</small>` : nothing}</div>
      <div class="field"><label for="title">${t.schedule.title}</label><input id="title" type="text" required maxlength="300" .value=${this.topic ?? this.suggested} @input=${(e: Event) => { this.topic = (e.target as HTMLInputElement).value; }} /></div>
      <div class="pair"><div class="field"><label for="at">${t.schedule.at}</label><input id="at" name="at" type="datetime-local" required .value=${this.at} @input=${(e: Event) => { this.at = (e.target as HTMLInputElement).value; void this.propose(); }} />
          ${Number.isNaN(this.moment) ? "" : html`<small class="soft">${momentOf(this.moment)}</small>`}</div>
        <div class="field"><label for="mode">${t.schedule.mode}</label><select id="mode" name="mode">${MODES.map((one) => html`<option value=${one}>${t.home.mode[one]}</option>`)}</select></div></div>
      <div class="field"><label for="place">${t.schedule.place}</label><input id="place" name="place" type="text" maxlength="300" .value=${this.cell?.place ?? ""} placeholder=${t.schedule.placeHint} /></div>
      <fieldset class="seats"><legend class="label">${t.agenda.title}</legend>
        ${this.lastMonth()}
        <ol class="agendaform">${this.lines.map((line, n) => this.line(line, n))}</ol>
        <button type="button" class="quiet" @click=${() => this.edit([...this.lines, line("")])}>${icon(Plus)}${t.agenda.add}</button></fieldset>
      ${faultBanner(this.fault)}
      <p class="soft small">${t.schedule.paperOnly} ${this.form("bien-ban-dai-hoi", t.schedule.congress)} · ${this.form("bien-ban-ky-luat", t.schedule.discipline)}</p>
      <div class="actions"><button class="main" ?disabled=${this.busy}>${t.schedule.save}</button></div></form>`;
  }

  private form(name: string, words: string): TemplateResult {
    return html`<a href=${`/api/cells/${encodeURIComponent(this.cell?.id ?? "")}/forms/${name}`} download>${words}</a>`;
  }

  private lastMonth(): TemplateResult | typeof nothing {
    const { plan } = this;
    if (!plan) return nothing;
    return html`<div class="row"><button type="button" class="fromlast" @click=${this.takeOver}>${icon(CalendarSync)}${t.schedule.fromLast}</button></div>
      <div role="status">${this.took ? html`<div class="row"><span class="tag ok">✓ ${this.took.words}</span>${this.took.before.length ? html`<button type="button" class="quiet small" @click=${this.undo}>${icon(Undo2, 20)}${t.undo}</button>` : nothing}</div>` : nothing}</div>
      ${plan.tasks.length ? html`<details><summary>${t.schedule.lastTasks(plan.tasks.length)}</summary><ul>${plan.tasks.map((task) => html`<li>${task.what}${task.due ? html` <span class="soft small">(${t.item.due(dueOf(task.due))})</span>` : nothing}</li>`)}</ul></details>` : nothing}`;
  }

  private line(line: Line, n: number): TemplateResult {
    return html`<li><input type="text" aria-label=${`${t.agenda.addTitle} ${n + 1}`} maxlength="500" .value=${line.title} @input=${(e: Event) => this.change(n, { title: (e.target as HTMLInputElement).value })} />
      <label class="check small"><input type="checkbox" .checked=${line.secret} @change=${(e: Event) => this.change(n, { secret: (e.target as HTMLInputElement).checked })} />${t.schedule.secret}</label>
      <select class="presenter" aria-label=${`${t.schedule.presenter} ${n + 1}`} @change=${(e: Event) => this.change(n, { presenter: (e.target as HTMLSelectElement).value })}>
        <option value="">${t.schedule.presenter}</option>${(this.cell?.members ?? []).map((one) => html`<option value=${one.member} ?selected=${one.member === line.presenter}>${one.name}</option>`)}</select>
      <span><button type="button" class="quiet small" aria-label=${t.block.up} title=${t.block.up} ?disabled=${n === 0} @click=${() => this.move(n, -1)}>${icon(ArrowUp, 20)}</button>
        <button type="button" class="quiet small" aria-label=${t.block.down} title=${t.block.down} ?disabled=${n === this.lines.length - 1} @click=${() => this.move(n, 1)}>${icon(ArrowDown, 20)}</button>
        <button type="button" class="quiet small" aria-label=${t.schedule.drop} title=${t.schedule.drop} @click=${() => this.edit(this.lines.filter((_, other) => other !== n))}>${icon(Trash2, 20)}</button></span>
      ${line.secret ? nothing : html`<details class="draft" ?open=${line.draft !== ""}><summary>${t.schedule.draft}</summary>
        <textarea rows="3" maxlength="4000" aria-label=${`${t.schedule.draft} ${n + 1}`} .value=${line.draft} @input=${(e: Event) => this.change(n, { draft: (e.target as HTMLTextAreaElement).value })}></textarea>
        <small class="soft">${t.schedule.draftHint}</small></details>`}</li>`;
  }
}

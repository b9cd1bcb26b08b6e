import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Network, Pencil, Plus } from "lucide";
import "../styles/admin.css";
import { t } from "../messages/vi.js";
import { banner, faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { Screen } from "../parts/screen.js";
import { dayOf, timeOf } from "../parts/time.js";
import { get, patch, post } from "../protocol/http.js";

type Level = "province" | "commune" | "cell";

interface Unit {
  id: string;
  name: string;
  level: Level;
  parent: string | null;
  place: string;
  term: string;
  depth: number;
}

interface Change {
  at: number;
  name: string;
  action: string;
  detail: string;
}

/** What the form is about: a new unit below one (or at the top), or one that is there. */
type Wanted = { level: Level; parent: string } | { unit: Unit };

const ABOVE: Record<Level, (Level | "")[]> = { province: [""], commune: ["", "province"], cell: ["commune"] };
const BELOW: Partial<Record<Level, { level: Level; words: string }>> = {
  province: { level: "commune", words: t.units.addCommune },
  commune: { level: "cell", words: t.units.addCell },
};
const MANY = 20;

/** The tree of units: founded and named anew, each change written down. */
@customElement("hcb-units")
export class Units extends Screen {
  @state() private units: Unit[] | null = null;
  @state() private changes: Change[] = [];
  @state() private fault: unknown = null;
  @state() private refusal: unknown = null;
  @state() private wanted: Wanted | null = null;
  @state() private level: Level = "commune";
  @state() private sought = "";
  @state() private said = "";

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.fault = null;
    try {
      const found = await get<{ units: Unit[]; changes: Change[] }>("/api/units");
      this.units = found.units;
      this.changes = found.changes;
    } catch (fault) {
      this.fault = fault;
    }
  }

  private ask(wanted: Wanted): void {
    this.refusal = null;
    this.said = "";
    if ("level" in wanted) this.level = wanted.level;
    this.wanted = wanted;
  }

  private async save(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const wanted = this.wanted;
    if (!wanted) return;
    const form = new FormData(event.target as HTMLFormElement);
    const word = (key: string): string => String(form.get(key) ?? "").trim();
    const named = { name: word("name"), place: word("place"), term: word("term") };
    this.refusal = null;
    try {
      if ("unit" in wanted) await patch(`/api/units/${encodeURIComponent(wanted.unit.id)}`, named);
      else await post("/api/units", { ...named, kind: this.level, ...(word("parent") ? { parent: word("parent") } : {}) });
      this.said = "unit" in wanted || this.level !== "cell" ? t.units.saved(named.name) : t.units.next(named.name);
      this.wanted = null;
      await this.load();
    } catch (fault) {
      this.refusal = fault;
    }
  }

  protected override render(): TemplateResult {
    const units = this.units;
    const start = (): void => this.ask({ level: units?.some((one) => one.level === "commune") ? "cell" : "commune", parent: "" });
    return html`<main class="page stack"><div class="row between"><h1 class="ruled">${t.units.title}</h1><button class="main" ?disabled=${!units} @click=${start}>${icon(Network)}${t.units.add}</button></div>
      <p class="soft">${t.units.what}</p>${faultBanner(this.fault, () => this.load())}${this.said ? banner("ok", this.said) : nothing}
      ${!units && !this.fault ? skeleton() : nothing}
      ${units?.length === 0 ? html`<div class="empty card"><p>${t.units.none}</p></div>` : nothing}
      ${units && units.length > MANY ? html`<div class="field"><label for="unit-find">${t.units.find}</label><input id="unit-find" type="search" @input=${(e: Event) => { this.sought = (e.target as HTMLInputElement).value; }} /></div>` : nothing}
      ${units?.length ? this.tree(units) : nothing}
      ${this.changes.length ? this.past() : nothing}
      ${modal(this.wanted !== null, this.wanted && "unit" in this.wanted ? t.units.editTitle : t.units.add, () => this.form(units ?? []), () => { this.wanted = null; })}</main>`;
  }

  private tree(units: Unit[]): TemplateResult {
    const bare = (words: string): string => words.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
    const shown = this.sought.trim() ? units.filter((one) => bare(one.name).includes(bare(this.sought.trim()))) : units;
    if (!shown.length) return html`<div class="empty card"><p>${t.units.noneFound}</p></div>`;
    return html`<ul class="plainlist card flat">${shown.map((one) => this.row(one, units))}</ul>`;
  }

  private row(one: Unit, units: Unit[]): TemplateResult {
    const below = BELOW[one.level];
    const cells = one.level === "commune" ? t.units.cells(units.filter((other) => other.parent === one.id).length) : "";
    const facts = [t.units.levels[one.level], cells, one.place, one.term].filter(Boolean).join(" · ");
    return html`<li class="unitrow in${this.sought.trim() ? 0 : one.depth}"><span class="name"><span class=${one.level === "cell" ? "" : "strong"}>${one.name}</span><br /><span class="soft small">${facts}</span></span>
      <span class="row">${below ? html`<button class="small" aria-label=${`${below.words}: ${one.name}`} @click=${() => this.ask({ level: below.level, parent: one.id })}>${icon(Plus, 20)}${below.words}</button>` : nothing}
        <button class="small quiet" aria-label=${`${t.units.edit}: ${one.name}`} @click=${() => this.ask({ unit: one })}>${icon(Pencil, 20)}${t.units.edit}</button></span></li>`;
  }

  private form(units: Unit[]): TemplateResult {
    const wanted = this.wanted;
    const unit = wanted && "unit" in wanted ? wanted.unit : null;
    const level = unit?.level ?? this.level;
    const stuck = !unit && level === "cell" && !units.some((one) => one.level === "commune");
    return html`<form class="stack" @submit=${this.save}>
      ${unit ? nothing : this.where(units, wanted && "parent" in wanted ? wanted.parent : "")}
      ${stuck ? banner("warning", t.units.noCommune) : nothing}
      <div class="field"><label for="unit-name">${t.units.name}</label><input id="unit-name" name="name" type="text" required minlength="2" maxlength="200" placeholder=${t.units.nameHint[level] ?? ""} .value=${unit?.name ?? ""} /></div>
      ${level === "cell" ? html`<div class="field"><label for="unit-place">${t.units.place}</label><input id="unit-place" name="place" type="text" maxlength="200" placeholder=${t.units.placeHint} .value=${unit?.place ?? ""} /></div>` : nothing}
      <div class="field"><label for="unit-term">${t.units.term}</label><input id="unit-term" name="term" type="text" maxlength="11" pattern="[0-9]{4}-[0-9]{4}" title=${t.units.termWhat} placeholder=${t.units.termHint} .value=${unit?.term ?? ""} /><p class="soft small">${t.units.termWhat}</p></div>
      ${faultBanner(this.refusal)}<div class="actions"><button type="button" class="quiet" @click=${() => { this.wanted = null; }}>${t.cancel}</button><button class="main" ?disabled=${stuck}>${t.units.save}</button></div></form>`;
  }

  private where(units: Unit[], parent: string): TemplateResult {
    const above = ABOVE[this.level];
    const fitting = units.filter((one) => above.includes(one.level));
    return html`<div class="field"><label for="unit-level">${t.units.level}</label><select id="unit-level" @change=${(e: Event) => { this.level = (e.target as HTMLSelectElement).value as Level; }}>
        ${Object.entries(t.units.levels).map(([value, words]) => html`<option value=${value} ?selected=${value === this.level}>${words}</option>`)}</select></div>
      ${this.level === "province" ? nothing : html`<div class="field"><label for="unit-parent">${t.units.parent}</label><select id="unit-parent" name="parent">
        ${above.includes("") ? html`<option value="">${t.units.top}</option>` : nothing}
        ${fitting.map((one) => html`<option value=${one.id} ?selected=${one.id === parent}>${one.name}</option>`)}</select></div>`}`;
  }

  private past(): TemplateResult {
    return html`<section class="stack tight"><h2>${t.units.past}</h2><ul class="plainlist facts small">
      ${this.changes.map((one) => html`<li><span class="num">${timeOf(one.at)} ${dayOf(one.at)}</span> · ${one.name} ${t.units.actions[one.action] ?? one.action}: ${one.detail}</li>`)}</ul></section>`;
  }
}

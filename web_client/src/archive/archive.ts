import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Search } from "lucide";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { Asked } from "../parts/asked.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { dayOf } from "../parts/time.js";
import { get } from "../protocol/http.js";
import { marked, minutesLink } from "./marked.js";
import { ArchivePage } from "./section.js";

interface Hit {
  meeting: string;
  cell: string;
  cell_name: string;
  state: string;
  correcting?: boolean;
  title: string;
  kind: string;
  starts_at: number;
  where: string;
  text: string;
  marks: [number, number][];
}

interface Found {
  total: number;
  more?: boolean;
  results: Hit[];
  facets: { cells: { id: string; name: string; count: number }[]; years: { year: number; count: number }[]; kinds: { kind: string; count: number }[]; people?: { id: string; name: string; count: number }[] };
}

/** One search box over all sealed minutes one may read; results as they stand there, found words marked. */
@customElement("hcb-archive")
export class Archive extends ArchivePage {
  @state() private fault: unknown = null;
  private readonly wanted = new URLSearchParams(location.search);
  private readonly asked = new Asked<Found>(this, () => `/api/archive?${this.wanted.toString()}`);

  private set(key: string, value: string): void {
    if (value) this.wanted.set(key, value);
    else this.wanted.delete(key);
    history.replaceState(null, "", `/archive?${this.wanted.toString()}`.replace(/\?$/, ""));
    void (key === "q" ? this.asked.anew() : this.asked.again());
  }

  private async further(shown: Found): Promise<void> {
    const wanted = new URLSearchParams(this.wanted);
    wanted.set("offset", String(shown.results.length));
    this.fault = null;
    try {
      const next = await get<Found>(`/api/archive?${wanted.toString()}`);
      if (this.asked.answer === shown) this.asked.set({ ...shown, more: next.more, results: [...shown.results, ...next.results] });
    } catch (fault) {
      this.fault = fault;
    }
  }

  protected override render(): TemplateResult {
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.set("q", String(new FormData(e.target as HTMLFormElement).get("q") ?? "").trim());
    };
    const found = this.asked.answer;
    const asked = this.wanted.has("q");
    return this.page(t.archive.title, html`<form class="searchrow" role="search" @submit=${submit}><label class="sr" for="q">${t.archive.search}</label>
        <input id="q" name="q" type="search" maxlength="200" placeholder=${t.archive.search} .value=${this.wanted.get("q") ?? ""} />
        <button class="main">${icon(Search)}${t.archive.go}</button></form>
      <p class="soft small">${t.archive.hint}</p>
      ${found ? this.facets(found) : nothing}${this.asked.state()}${faultBanner(this.fault)}
      ${found && asked ? html`<p role="status" class="strong">${t.archive.found(found.total, Boolean(found.more))}</p>` : nothing}
      ${found && !found.results.length ? html`<div class="empty"><h2>${asked ? t.archive.nothing : t.archive.start}</h2>${asked ? html`<p>${t.archive.nothingWhat}</p>` : nothing}</div>` : nothing}
      <ul class="plainlist stack">${found?.results.map((hit) => this.hit(hit))}</ul>
      ${found && found.results.length < found.total ? html`<button @click=${() => this.further(found)}>${t.archive.more}</button>` : nothing}`);
  }

  private facets(found: Found): TemplateResult {
    const choice = (key: string, words: string, options: [string, string][]): TemplateResult => html`<div class="field"><label for="f-${key}">${words}</label>
      <select id="f-${key}" @change=${(e: Event) => this.set(key, (e.target as HTMLSelectElement).value)}><option value="">${t.archive.all}</option>
        ${options.map(([value, name]) => html`<option value=${value} ?selected=${this.wanted.get(key) === value}>${name}</option>`)}</select></div>`;
    const { cells, years, kinds } = found.facets;
    return html`<div class="facets">${choice("cell", t.archive.cell, cells.map((one) => [one.id, `${one.name} (${one.count})`]))}
      ${choice("year", t.archive.year, years.map((one) => [String(one.year), `${one.year} (${one.count})`]))}
      ${choice("kind", t.archive.kind, kinds.map((one) => [one.kind, `${t.home.kind[one.kind] ?? one.kind} (${one.count})`]))}
      ${choice("person", t.archive.person, (found.facets.people ?? []).map((one) => [one.id, `${one.name} (${one.count})`]))}
      ${choice("section", t.archive.section, t.archive.sections)}</div>`;
  }

  private hit(hit: Hit): TemplateResult {
    const imported = hit.state === "imported";
    return html`<li class="card stack tight"><p class="soft small">${imported ? html`<span class="tag doubt">${t.archive.imported}</span> ` : nothing}${hit.correcting ? html`<span class="tag doubt">${t.archive.correcting}</span> ` : nothing}${hit.cell_name} · ${dayOf(hit.starts_at)} · ${hit.where}</p>
      <p class="minutestext">${marked(hit.text, hit.marks)}</p>
      <p>${minutesLink(hit)}</p></li>`;
  }
}

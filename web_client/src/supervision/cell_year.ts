import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import "../styles/supervision.css";
import { t } from "../messages/vi.js";
import { Asked } from "../parts/asked.js";
import { DUE, LATE, monthCell, REGULAR, THEMATIC } from "./month.js";
import { SupervisionPage } from "./section.js";

interface Month {
  month: number;
  regular: boolean;
  thematic: boolean;
  due: boolean;
  late: boolean;
  attendance: number | null;
  spoke: number | null;
  concluded: number | null;
  self_points: number | null;
  computed: number | null;
  problems: string[];
}

interface CellYear {
  name: string;
  year: number;
  regular: number;
  due: number;
  thematic: number;
  tasks: number;
  tasks_done: number;
  reasons: string[];
  months: Month[];
}

/** One cell's year with all its figures, and what they say by rule. */
@customElement("hcb-cell-year")
export class CellYearPage extends SupervisionPage {
  @property() cell = "";
  private readonly asked = new Asked<CellYear>(this, () => `/api/supervision/cells/${encodeURIComponent(this.cell)}${location.search}`);

  protected override render(): TemplateResult {
    const data = this.asked.answer;
    if (!data) return this.page(t.supervision.title, this.asked.state());
    const share = (value: number | null): string => (value === null ? "" : `${Math.round(value / 10)}\u00a0%`);
    const names = new Map(t.supervision.problems);
    const code = (one: Month): number => (one.regular ? REGULAR : 0) + (one.thematic ? THEMATIC : 0) + (one.due ? DUE : 0) + (one.late ? LATE : 0);
    return this.page(`${data.name} · ${data.year}`, html`<p><a href="/supervision${location.search}">${t.supervision.back}</a></p>
      <p class="strong num">${t.supervision.kept(data.regular, data.due, data.thematic)} · ${t.supervision.tasks(data.tasks_done, data.tasks)}</p>
      ${data.reasons.length ? html`<ul>${data.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : html`<p>${t.supervision.order}</p>`}
      <div tabindex="0" class="tablewrap card flat"><table class="grid figures"><thead><tr><th scope="col">${t.evenings.month}</th><th scope="col" class="m">${t.tasks.how}</th><th scope="col">${t.supervision.attendance}</th><th scope="col">${t.supervision.spoke}</th><th scope="col">${t.supervision.concluded}</th><th scope="col">${t.supervision.self}</th><th scope="col">${t.supervision.computed}</th><th scope="col">${t.supervision.reason}</th></tr></thead><tbody>
        ${data.months.map((one) => html`<tr class="num"><th scope="row">${one.month}</th>${monthCell(code(one))}<td>${share(one.attendance)}</td><td>${share(one.spoke)}</td><td>${share(one.concluded)}</td><td>${one.self_points ?? nothing}</td><td>${one.computed === null ? nothing : `${one.computed}/15`}</td><td class="small">${one.problems.map((problem) => names.get(problem)?.toLowerCase() ?? "").join(", ")}</td></tr>`)}</tbody></table></div>
      <p class="soft small">${t.supervision.legend}. ${t.supervision.computedWhat}</p>`);
  }
}

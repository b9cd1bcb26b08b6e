import { html, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { Screen } from "../parts/screen.js";

export interface Trend {
  month: number;
  regular: number;
  thematic: number;
  due: number;
  late: number;
  attendance: number | null;
  spoke: number | null;
  concluded: number | null;
  tasks: number | null;
  self_points: number | null;
  computed: number | null;
}

type Share = "attendance" | "spoke" | "concluded" | "tasks" | "self_points" | "computed";

const whole = (share: number | null): number | null => (share === null ? null : Math.round(share / 10));

/** Three charts, drawn when their code has come; the table says the same to everybody. */
@customElement("hcb-trends")
export class Trends extends Screen {
  @property({ attribute: false }) trends: Trend[] = [];
  private drawn: { destroy(): void }[] = [];

  protected override updated(changed: PropertyValues): void {
    if (changed.has("trends")) void this.draw();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.clear();
  }

  private clear(): void {
    this.drawn.forEach((chart) => chart.destroy());
    this.drawn = [];
  }

  /** Without the charts' code (a weak line) the table still stands. */
  private async draw(): Promise<void> {
    const code = await import("./trend_chart.js").catch(() => null);
    const [held, shares, scores] = this.querySelectorAll("canvas");
    if (!code || !held || !shares || !scores) return;
    this.clear();
    const labels = this.trends.map((one) => String(one.month));
    const { attendance, spoke, concluded, tasksDone, self, computedShare } = t.supervision;
    const series = (...rows: (readonly [Share, string])[]): { name: string; values: (number | null)[] }[] => rows.map(([key, name]) => ({ name, values: this.trends.map((one) => whole(one[key])) }));
    this.drawn = [
      code.bars(held, labels, { name: t.supervision.regular, values: this.trends.map((one) => one.regular) }),
      code.lines(shares, labels, series(["attendance", attendance], ["spoke", spoke], ["concluded", concluded], ["tasks", tasksDone])),
      code.lines(scores, labels, series(["self_points", self], ["computed", computedShare])),
    ];
  }

  protected override render(): TemplateResult {
    const share = (value: number | null): string => (value === null ? "" : `${whole(value)}`);
    const figure = (words: string): TemplateResult => html`<figure class="card"><figcaption class="strong">${words}</figcaption><div class="canvas"><canvas role="img" aria-label=${words}></canvas></div></figure>`;
    return html`<div class="charts noprint">${figure(t.supervision.chart)}${figure(t.supervision.shares)}${figure(t.supervision.scores)}</div>
      <p class="soft small">${t.supervision.computedWhat}</p>
      <div tabindex="0" class="tablewrap card flat"><table><caption class="sr">${t.supervision.trends}</caption><thead><tr><th scope="col">${t.evenings.month}</th><th scope="col">${t.supervision.held}</th><th scope="col">${t.supervision.thematic}</th><th scope="col">${t.supervision.late}</th><th scope="col">${t.supervision.attendance} (%)</th><th scope="col">${t.supervision.spoke} (%)</th><th scope="col">${t.supervision.concluded} (%)</th><th scope="col">${t.supervision.tasksDone} (%)</th><th scope="col">${t.supervision.selfPoints}</th><th scope="col">${t.supervision.computedShare} (%)</th></tr></thead><tbody>
        ${this.trends.map((one) => html`<tr class="num"><th scope="row">${one.month}</th><td>${one.regular}/${one.due}</td><td>${one.thematic}</td><td>${one.late}</td><td>${share(one.attendance)}</td><td>${share(one.spoke)}</td><td>${share(one.concluded)}</td><td>${share(one.tasks)}</td><td>${share(one.self_points)}</td><td>${share(one.computed)}</td></tr>`)}</tbody></table></div>`;
  }
}

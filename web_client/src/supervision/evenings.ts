import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { ChevronLeft, ChevronRight } from "lucide";
import "../styles/supervision.css";
import "./contacts.js";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { icon } from "../parts/icon.js";
import { timeOf } from "../parts/time.js";
import { SupervisionPage } from "./section.js";

interface Evening {
  cell: string;
  cell_name: string;
  parent_name: string;
  meeting: string;
  kind: string;
  starts_at: number;
  state: string;
  followers: string[];
}

const VIETNAM = 7 * 3_600_000;
const MANY = 150; // so many evenings are a list; more are days to open

/** A month of all cells' evenings, day by day, with who follows each. */
@customElement("hcb-evenings")
export class Evenings extends SupervisionPage {
  private year = new Date(Date.now() + VIETNAM).getUTCFullYear();
  private month = new Date(Date.now() + VIETNAM).getUTCMonth();
  private readonly asked = new Asked<{ evenings: Evening[] }>(this, () => `/api/supervision/evenings?since=${this.moment(this.month)}&until=${this.moment(this.month + 1)}`);

  private moment(month: number): number {
    return Date.UTC(this.year, month, 1) - VIETNAM;
  }

  private turn(by: number): void {
    const day = new Date(Date.UTC(this.year, this.month + by, 1));
    this.year = day.getUTCFullYear();
    this.month = day.getUTCMonth();
    void this.asked.anew();
  }

  protected override render(): TemplateResult {
    const every = this.asked.answer?.evenings;
    const all = this.within(every);
    return this.page(t.evenings.title, html`<div class="row between"><button @click=${() => this.turn(-1)}>${icon(ChevronLeft)}${t.evenings.before}</button>
      <h2 role="status">${t.supervision.month(this.month + 1)}/${this.year}${all ? html` <span class="soft num">· ${t.evenings.sum(all.length)}</span>` : nothing}</h2><button @click=${() => this.turn(1)}>${t.evenings.after}${icon(ChevronRight)}</button></div>
      ${this.choice(every)}${this.asked.state()}
      ${empty(all, t.evenings.none)}
      ${all?.length ? html`<div class="days">${this.days(all)}</div>` : nothing}
      <details class="card"><summary>${t.evenings.people}</summary><hcb-contacts></hcb-contacts></details>`);
  }

  private days(all: Evening[]): TemplateResult[] {
    const byDay = new Map<number, Evening[]>();
    for (const one of all) {
      const day = new Date(one.starts_at + VIETNAM).getUTCDate();
      byDay.set(day, [...(byDay.get(day) ?? []), one]);
    }
    return [...byDay].map(([day, own]) => {
      const weekday = t.evenings.weekdays[(new Date(Date.UTC(this.year, this.month, day)).getUTCDay() + 6) % 7];
      return html`<details class="card day" ?open=${all.length <= MANY}><summary>${t.evenings.day(day)} <span class="soft small">${weekday} · ${t.evenings.sum(own.length)}</span></summary>
        <ul class="plainlist">${own.map((one) => html`<li><span class="num strong">${timeOf(one.starts_at)}</span> ${one.cell_name} <span class="soft small block">${one.parent_name ? `${one.parent_name} · ` : ""}${t.home.kind[one.kind] ?? one.kind} · ${t.home.state[one.state] ?? one.state} · ${one.followers.length ? t.evenings.follows(one.followers.join(", ")) : t.evenings.unfollowed}</span></li>`)}</ul></details>`;
    });
  }
}

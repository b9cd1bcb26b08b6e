import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ChevronLeft, ChevronRight } from "lucide";
import "../styles/supervision.css";
import "./contacts.js";
import { t } from "../messages/vi.js";
import { faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { timeOf } from "../parts/time.js";
import { get } from "../protocol/http.js";
import { SupervisionPage } from "./section.js";

interface Evening {
  cell: string;
  cell_name: string;
  meeting: string;
  kind: string;
  starts_at: number;
  state: string;
  followers: string[];
}

const VIETNAM = 7 * 3_600_000;

/** A month of all cells' evenings, day by day, with who follows each. */
@customElement("hcb-evenings")
export class Evenings extends SupervisionPage {
  @state() private evenings: Evening[] | null = null;
  @state() private fault: unknown = null;
  @state() private year = new Date(Date.now() + VIETNAM).getUTCFullYear();
  @state() private month = new Date(Date.now() + VIETNAM).getUTCMonth();

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.fault = this.evenings = null;
    const [since, until] = [0, 1].map((n) => Date.UTC(this.year, this.month + n, 1) - VIETNAM);
    try {
      this.evenings = (await get<{ evenings: Evening[] }>(`/api/supervision/evenings?since=${since}&until=${until}`)).evenings;
    } catch (fault) {
      this.fault = fault;
    }
  }

  private turn(by: number): void {
    const day = new Date(Date.UTC(this.year, this.month + by, 1));
    this.year = day.getUTCFullYear();
    this.month = day.getUTCMonth();
    void this.load();
  }

  protected override render(): TemplateResult {
    const all = this.evenings;
    return this.page(t.evenings.title, html`<div class="row between"><button @click=${() => this.turn(-1)}>${icon(ChevronLeft)}${t.evenings.before}</button>
      <h2 role="status">${t.supervision.month(this.month + 1)}/${this.year}${all ? html` <span class="soft num">· ${t.evenings.sum(all.length)}</span>` : nothing}</h2><button @click=${() => this.turn(1)}>${t.evenings.after}${icon(ChevronRight)}</button></div>
      ${faultBanner(this.fault, () => this.load())}${!all && !this.fault ? skeleton() : nothing}
      ${all?.length === 0 ? html`<div class="empty card"><p>${t.evenings.none}</p></div>` : nothing}
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
      return html`<section class="card stack tight day"><h3>${t.evenings.day(day)} <span class="soft small">${weekday} · ${t.evenings.sum(own.length)}</span></h3>
        <ul class="plainlist">${own.map((one) => html`<li><span class="num strong">${timeOf(one.starts_at)}</span> ${one.cell_name} <span class="soft small block">${t.home.kind[one.kind] ?? one.kind} · ${t.home.state[one.state] ?? one.state} · ${one.followers.length ? t.evenings.follows(one.followers.join(", ")) : t.evenings.unfollowed}</span></li>`)}</ul></section>`;
    });
  }
}

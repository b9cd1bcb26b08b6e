import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Download } from "lucide";
import "../styles/admin.css";
import { t } from "../messages/vi.js";
import { faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { save } from "../parts/take.js";
import { dayOf, timeOf } from "../parts/time.js";
import { get } from "../protocol/http.js";

interface Told {
  meeting: string;
  title: string;
  starts_at: number;
  facts: { seq: number; at: number; kind: string; part: "did" | "named"; data: Record<string, unknown> | null }[];
}

interface Data {
  account: { name: string; person: string; created_at: number };
  meetings: Told[];
  next: number | null;
}

/** What the meetings hold about the person who asks; nobody else's. */
@customElement("hcb-my-data")
export class MyData extends Screen {
  @state() private data: Data | null = null;
  @state() private busy = false;
  @state() private fault: unknown = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.fault = null;
    this.busy = true;
    const before = this.data?.next;
    try {
      const page = await get<Data>(`/api/me/data${before ? `?before=${before}` : ""}`);
      this.data = { ...page, meetings: [...(before ? (this.data?.meetings ?? []) : []), ...page.meetings] };
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  protected override render(): TemplateResult {
    const data = this.data;
    const download = (): void => save(new Blob([JSON.stringify(data, null, 1)], { type: "application/json" }), "du-lieu-cua-toi.json");
    return html`<main class="page stack"><h1 class="ruled">${t.mydata.title}</h1><p>${t.mydata.what}</p>${faultBanner(this.fault, () => this.load())}${!data && !this.fault ? skeleton() : nothing}
      ${data ? html`<p>${t.mydata.account}: <code>${data.account.name}</code>, ${t.mydata.since(dayOf(data.account.created_at))}</p><div><button @click=${download}>${icon(Download)}${t.mydata.download}</button></div>` : nothing}
      ${data?.meetings.length === 0 ? html`<div class="empty card"><p>${t.mydata.none}</p></div>` : nothing}
      ${data?.meetings.map((one) => this.meeting(one))}
      ${data?.next ? html`<button ?disabled=${this.busy} @click=${() => this.load()}>${t.mydata.more}</button>` : nothing}</main>`;
  }

  private meeting(one: Told): TemplateResult {
    return html`<details class="card"><summary>${one.title} <span class="soft small num">· ${dayOf(one.starts_at)} · ${one.facts.length}</span></summary>
      <ul class="plainlist facts">${one.facts.map((fact) => html`<li><span class="num soft small">${timeOf(fact.at)}</span> <span class="strong">${t.mydata.kinds[fact.kind] ?? fact.kind}</span>
        <span class="soft small">(${fact.part === "did" ? t.mydata.did : t.mydata.named})</span> ${fact.data === null ? html`<em>${t.mydata.erased}</em>` : words(fact.data)}</li>`)}</ul></details>`;
  }
}

/** The words among the facts; figures and keys are in the file that can be downloaded. */
function words(data: Record<string, unknown>): string {
  return ["text", "what", "reason", "choice", "title"].map((key) => data[key]).filter((value): value is string => typeof value === "string" && value !== "").join(" · ");
}

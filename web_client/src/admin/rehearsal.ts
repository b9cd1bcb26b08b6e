import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Check, Circle, LoaderCircle, Play, X } from "lucide";
import "../styles/admin.css";
import { t } from "../messages/vi.js";
import { banner, faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { get, HttpFault, NoLine, post } from "../protocol/http.js";

interface Progress {
  state: "idle" | "running" | "done" | "failed";
  stages: { name: string; seconds: number; seen: string; state: "waiting" | "now" | "done" | "failed" }[];
  meeting: string | null;
  error: string | null;
}

const SIGNS = { waiting: Circle, now: LoaderCircle, done: Check, failed: X };
const EVERY_MS = 1_500;

/** A whole meeting held by simulated participants, stage by stage. */
@customElement("hcb-rehearsal")
export class RehearsalPage extends Screen {
  @state() private progress: Progress | null = null;
  @state() private fault: unknown = null;
  private timer: ReturnType<typeof setTimeout> | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.look();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.timer !== null) clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    try {
      this.progress = await get<Progress>("/api/rehearsal");
      this.fault = null;
    } catch (fault) {
      this.fault = fault;
    }
    const goesOn = this.progress?.state === "running" || this.fault instanceof NoLine;
    if (goesOn && this.isConnected) this.timer = setTimeout(() => void this.look(), EVERY_MS);
  }

  private async start(): Promise<void> {
    this.fault = null;
    try {
      await post("/api/rehearsal");
    } catch (fault) {
      this.fault = fault;
      return;
    }
    await this.look();
  }

  protected override render(): TemplateResult {
    const progress = this.progress;
    const refused = this.fault instanceof HttpFault && [403, 404].includes(this.fault.status);
    return html`<main class="page narrow stack"><h1 class="ruled">${t.rehearsal.title}</h1><p>${t.rehearsal.what}</p>
      ${refused ? banner("info", (this.fault as HttpFault).message || t.rehearsal.refused) : faultBanner(this.fault, () => this.look())}
      ${!progress && !this.fault ? skeleton() : nothing}
      ${progress ? this.drawn(progress) : nothing}</main>`;
  }

  private drawn(progress: Progress): TemplateResult {
    const meeting = progress.meeting ? `/m/${encodeURIComponent(progress.meeting)}` : "";
    return html`${progress.state === "running"
        ? html`<p class="strong" role="status">${t.rehearsal.running}…</p>`
        : html`<button class="main wide enter" @click=${this.start}>${icon(Play)}${progress.state === "idle" ? t.rehearsal.start : t.rehearsal.again}</button>`}
      ${progress.state === "done" ? banner("ok", t.rehearsal.done) : nothing}
      ${progress.state === "failed" ? banner("error", html`<span class="strong">${t.rehearsal.failed}</span> ${progress.error}`) : nothing}
      <ol class="plainlist stages">${progress.stages.map((stage) => html`<li class=${stage.state}>${icon(SIGNS[stage.state])}<div class="grow"><span class="strong">${stage.name}</span><span class="soft small block">${stage.seen}</span></div>
        <span class="num soft">${stage.state === "done" || stage.state === "failed" ? t.rehearsal.seconds(stage.seconds) : ""}</span></li>`)}</ol>
      ${meeting ? html`<div class="row"><a class="button" target="_blank" href=${`${meeting}/display`}>${t.rehearsal.watch}</a><a class="button" href=${`${meeting}/minutes`}>${t.rehearsal.read}</a></div>` : nothing}`;
  }
}

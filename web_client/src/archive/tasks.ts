import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Check } from "lucide";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { dueOf } from "../parts/time.js";
import { post } from "../protocol/http.js";
import { ArchivePage } from "./section.js";

interface Task {
  meeting: string;
  task: string;
  title: string;
  what: string;
  who: string[];
  due: string;
  due_on: string | null;
  state: "open" | "done" | "dropped";
  note: string;
  late_days: number;
}

/** What was given in any meeting, what is late, and saying how it stands between meetings. */
@customElement("hcb-tasks")
export class Tasks extends ArchivePage {
  @state() private reporting: Task | null = null;
  @state() private refusal: unknown = null;
  private which = "open";
  private readonly asked = new Asked<{ tasks: Task[] }>(this, () => `${this.cell}/tasks?which=${this.which}`);

  private choose(which: string): void {
    this.which = which;
    void this.asked.anew();
  }

  private async report(task: Task, how: Task["state"], note: string): Promise<void> {
    this.refusal = null;
    try {
      await post(`${this.cell}/tasks`, { meeting: task.meeting, task: task.task, state: how, note });
      this.reporting = null;
      await this.asked.again();
    } catch (fault) {
      this.refusal = fault;
    }
  }

  protected override render(): TemplateResult {
    const tasks = this.asked.answer?.tasks;
    return this.page(t.tasks.title, html`
      <div class="field short"><label for="which">${t.tasks.which}</label><select id="which" @change=${(e: Event) => this.choose((e.target as HTMLSelectElement).value)}>
        ${t.tasks.kinds.map(([key, words]) => html`<option value=${key} ?selected=${key === this.which}>${words}</option>`)}</select></div>
      ${this.asked.state()}
      ${empty(tasks, t.tasks.none)}
      <ul class="plainlist stack tight">${tasks?.map((task) => this.line(task))}</ul>
      ${modal(this.reporting !== null, t.tasks.report, () => this.form(this.reporting), () => { this.reporting = null; })}`);
  }

  private line(task: Task): TemplateResult {
    return html`<li class="card row"><div class="grow stack tight"><h2 class="plainhead">${task.what}</h2>
      <p class="small">${[task.who.join(", "), task.due_on ?? task.due ? `${t.tasks.due}: ${dueOf(task.due_on ?? task.due)}` : ""].filter(Boolean).join(" · ")}</p>
      <p><span class="tag ${task.late_days ? "live" : task.state === "done" ? "ok" : "off"}">${task.late_days ? t.tasks.late(task.late_days) : t.tasks.state[task.state]}</span> ${task.note ? html`<span class="small">${task.note}</span>` : nothing}</p>
      <p class="soft small">${t.tasks.given(task.title)}</p></div>
      ${this.committee ? html`<button @click=${() => { this.refusal = null; this.reporting = task; }}>${icon(Check)}${task.state === "open" ? t.tasks.done : t.tasks.report}</button>` : nothing}</li>`;
  }

  private form(task: Task | null): TemplateResult {
    if (!task) return html``;
    const note = (): string => this.querySelector<HTMLTextAreaElement>("#task-note")?.value ?? "";
    return html`<p class="strong">${task.what}</p><div class="field"><label for="task-note">${t.tasks.note}</label><textarea id="task-note" maxlength="500">${task.note}</textarea></div>
      ${faultBanner(this.refusal)}<div class="actions">
        ${task.state === "open" ? html`<button @click=${() => this.report(task, "dropped", note())}>${t.tasks.drop}</button>` : html`<button @click=${() => this.report(task, "open", note())}>${t.tasks.again}</button>`}
        <button class="main" @click=${() => this.report(task, "done", note())}>${t.tasks.done}</button></div>`;
  }
}

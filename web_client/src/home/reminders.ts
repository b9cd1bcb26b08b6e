import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { Screen } from "../parts/screen.js";
import { get } from "../protocol/http.js";

/** What the cell should not forget before the month ends. Silent when there is nothing, or nothing may be seen. */
@customElement("hcb-reminders")
export class Reminders extends Screen {
  @property() cell = "";
  @state() private reminders: { kind: string; text: string }[] = [];

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has("cell") && this.cell) void this.load(this.cell);
  }

  private async load(cell: string): Promise<void> {
    const answer = await get<{ reminders: { kind: string; text: string }[] }>(`/api/cells/${encodeURIComponent(cell)}/reminders`).catch(() => null);
    if (cell === this.cell) this.reminders = answer?.reminders ?? [];
  }

  protected override render(): TemplateResult | typeof nothing {
    if (!this.reminders.length) return nothing;
    return html`${banner("warning", html`<p class="strong">${t.reminders.title}</p><ul class="plainlist">${this.reminders.map((one) => html`<li>${one.kind === "tasks" ? html`<a href="/archive/tasks">${one.text}</a>` : one.text}</li>`)}</ul>`)}`;
  }
}

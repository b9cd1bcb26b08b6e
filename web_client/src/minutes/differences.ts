import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { Asked } from "../parts/asked.js";
import { RoomScreen } from "../parts/room_screen.js";

interface Difference {
  block: string;
  what: string;
  pieces: ["same" | "out" | "in", string][];
}

interface Differences {
  since_passed: Difference[] | null;
  since_draft: Difference[];
}

/** What the chair reads before approving: every difference to what the meeting passed, and to the machine's draft. */
@customElement("hcb-differences")
export class DifferencesList extends RoomScreen {
  private of = "";
  private readonly asked = new Asked<Differences>(this, () => (this.of ? `/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/differences` : ""));
  protected override ticking = false;

  protected override updated(): void {
    const { meeting, document } = this.room.views;
    if (!meeting || !document || !this.room.may("chair", "secretary")) return;
    const now = `${meeting.state} ${document.version}`;
    if (now === this.of) return;
    this.of = now;
    void this.asked.again();
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.asked.fault) return this.asked.state();
    if (!this.asked.answer) return nothing;
    const { since_passed: passed, since_draft: draft } = this.asked.answer;
    return html`${passed ? this.list(t.approve.differences.passed(passed.length), passed) : html`<p class="soft small">${t.approve.differences.notPassed}</p>`}
      ${this.list(t.approve.differences.draft(draft.length), draft)}`;
  }

  private list(title: string, all: Difference[]): TemplateResult {
    const reasons = new Map((this.room.views.document?.changes ?? []).map((one) => [one.block, one.reason]));
    return html`<details class="changes"><summary>${title}</summary>${all.length
      ? html`<ul>${all.map((one) => html`<li><span class="soft small block">${t.approve.differences.what[one.what] ?? ""}${reasons.get(one.block) ? ` · ${t.off.reason}: ${reasons.get(one.block)}` : ""}</span>
          ${one.pieces.map(([kind, words]) => (kind === "out" ? html`<del>${words}</del> ` : kind === "in" ? html`<ins>${words}</ins> ` : html`${words} `))}</li>`)}</ul>`
      : html`<p>${t.approve.differences.none}</p>`}</details>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { FilePen, RefreshCw } from "lucide";
import "./block.js";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { RoomScreen } from "../parts/room_screen.js";
import { secondsOf } from "../parts/time.js";
import type { Block } from "../views/types.js";
import type { BlockEditor } from "./block.js";
import type { Drafts } from "./drafts.js";
import { headingsOf, sectionOf } from "./sections.js";

/** The minutes as blocks, in the order of print, with what is still missing and whether all is saved. */
@customElement("hcb-editor")
export class Editor extends RoomScreen {
  @property({ attribute: false }) drafts: Drafts | null = null;
  @state() private drafting = false;
  private readonly redrawn = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    this.drafts?.addEventListener("change", this.redrawn);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.drafts?.removeEventListener("change", this.redrawn);
  }

  private get editable(): boolean {
    const state = this.room.views.meeting?.state;
    return (state === "open" || state === "closed") && this.room.may("chair", "secretary");
  }

  private async draft(): Promise<void> {
    this.drafting = true;
    await this.room.send("draft").catch(() => undefined);
    this.drafting = false;
  }

  private next(block: string): void {
    const editors = [...this.querySelectorAll<BlockEditor>("hcb-block")];
    const place = editors.findIndex((editor) => editor.block?.id === block);
    editors[place + 1]?.edit();
  }

  private insert({ after, kind, speaker }: { after: string; kind: string; speaker: string }): void {
    const above = this.room.views.document?.blocks.find((block) => block.id === after);
    const args = { after, kind, speaker, text: "…", item: above?.item ?? "", base_version: this.room.views.document?.version ?? 0, reason: "" };
    this.room.do("insert_block", args, true);
  }

  private move(block: string, by: number): void {
    const ids = (this.room.views.document?.blocks ?? []).map((one) => one.id);
    const place = ids.indexOf(block);
    const after = by < 0 ? ids[place - 2] ?? "" : ids[place + 1];
    if (after !== undefined) this.room.do("move_block", { block, after, base_version: this.room.views.document?.version ?? 0 });
  }

  protected override render(): TemplateResult {
    const document = this.room.views.document;
    const blocks = document?.blocks ?? [];
    return html`<section class="editor" aria-label=${t.secretary.minutes}
        @next-block=${(e: CustomEvent<string>) => this.next(e.detail)} @insert-block=${(e: CustomEvent<{ after: string; kind: string; speaker: string }>) => this.insert(e.detail)}
        @move-block=${(e: CustomEvent<{ block: string; by: number }>) => this.move(e.detail.block, e.detail.by)}>
      <div class="panehead"><h2>${t.secretary.minutes}</h2>${this.saved()}
        ${this.editable ? html`<button class="small" ?disabled=${this.drafting} @click=${this.draft}>${icon(RefreshCw, 20)}${this.drafting ? t.secretary.drafting : blocks.length ? t.secretary.redraft : t.secretary.draft}</button>` : nothing}</div>
      ${document?.remarks && document.state === "closed" ? banner("warning", html`<span class="strong">${t.approve.returned}</span> ${document.remarks}`) : nothing}
      ${document?.missing.length ? html`<details class="missing" open><summary>${t.secretary.missing} (${document.missing.length})</summary><ul>${document.missing.map((one) => html`<li>${one}</li>`)}</ul></details>` : nothing}
      ${blocks.length ? this.sheet(blocks) : html`<div class="empty">${icon(FilePen, 40)}<h3>${t.secretary.noDraft}</h3><p>${t.secretary.noDraftWhat}</p></div>`}
    </section>`;
  }

  private saved(): TemplateResult | typeof nothing {
    const drafts = this.drafts;
    const at = this.room.views.document?.saved_at;
    if (drafts?.unsaved && this.room.line.state !== "live") return html`<span class="tag doubt" role="status">${t.desk.notSaved}</span>`;
    if (drafts?.troubled) return html`<span class="tag doubt" role="status">${drafts.troubled} ${t.block.unsaved}</span>`;
    if (drafts?.unsaved) return html`<span class="tag" role="status">${t.desk.saving}</span>`;
    return at ? html`<span class="tag ok" role="status">✓ ${t.desk.saved(secondsOf(at))}</span>` : nothing;
  }

  private sheet(blocks: Block[]): TemplateResult {
    let section = "";
    const headings = headingsOf(blocks.map((block) => block.kind), t.block.sections);
    return html`<div class="sheet">${blocks.map((block, n) => {
      const here = sectionOf(block.kind);
      const head = here === section ? nothing : html`<h3 class="section">${headings[here]}</h3>`;
      section = here;
      return html`${head}<hcb-block .room=${this.room} .block=${block} .drafts=${this.drafts} .editable=${this.editable} .first=${n === 0} .last=${n === blocks.length - 1}></hcb-block>`;
    })}</div>`;
  }
}

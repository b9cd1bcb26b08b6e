import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Block } from "../views/types.js";

export interface Cast {
  kind: string;
  speaker: string;
  reason: string;
}

/** Kinds that are somebody's words. */
const SPOKEN = ["opinion", "report", "upper"];

/** What kind of paragraph it is and whose words: of a block that is there, or of one to be put in below it. */
@customElement("hcb-cast")
export class CastForm extends RoomScreen {
  @property({ attribute: false }) block: Block | null = null;
  /** A new block, below this one. */
  @property({ type: Boolean }) adding = false;
  @state() private kind = "";
  protected override ticking = false;

  private tell(name: "cast" | "cancel", detail?: Cast): void {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }

  private submit(e: SubmitEvent): void {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    const text = (name: string): string => String(form.get(name) ?? "").trim();
    this.tell("cast", { kind: text("kind"), speaker: text("speaker"), reason: text("reason") });
  }

  protected override render(): TemplateResult | typeof nothing {
    const { block } = this;
    if (!block) return nothing;
    const kind = this.kind || block.kind;
    const read = !this.adding && (this.room.views.document?.read_back ?? 0) > 0;
    return html`<form class="cast stack tight" @submit=${this.submit}>
      <div class="field"><label for="kind-${block.id}">${t.cast.kind}</label>
        <select id="kind-${block.id}" name="kind" @change=${(e: Event) => { this.kind = (e.target as HTMLSelectElement).value; }}>
          ${Object.entries(t.cast.kinds).map(([key, words]) => html`<option value=${key} ?selected=${key === kind}>${words}</option>`)}</select></div>
      ${SPOKEN.includes(kind) || block.speaker ? this.speaker(block) : nothing}
      ${read ? html`<div class="field"><label for="why-${block.id}">${t.block.reason}</label><input id="why-${block.id}" name="reason" type="text" maxlength="300" required /></div>` : nothing}
      <div class="row"><button class="main">${this.adding ? t.cast.add : t.save}</button><button type="button" class="quiet" @click=${() => this.tell("cancel")}>${t.cancel}</button></div></form>`;
  }

  private speaker(block: Block): TemplateResult {
    const { ledger } = this.room.views;
    const people = [...(ledger?.lines ?? []).map((one) => [one.member, one.name]), ...(ledger?.guests ?? []).map((one) => [one.guest, one.name])] as [string, string][];
    const now = this.adding ? "" : block.speaker;
    return html`<div class="field"><label for="speaker-${block.id}">${t.cast.speaker}</label><select id="speaker-${block.id}" name="speaker">
      ${people.some(([id]) => id === now) ? nothing : html`<option value="">${t.cast.nobody}</option>`}
      ${people.map(([id, name]) => html`<option value=${id} ?selected=${id === now}>${name}</option>`)}</select></div>`;
  }
}

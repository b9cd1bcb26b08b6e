import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { ArrowDown, ArrowUp, Play, Plus, Trash2, UserPen, WandSparkles } from "lucide";
import "./cast.js";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Block } from "../views/types.js";
import type { Cast } from "./cast.js";
import type { Draft, Drafts } from "./drafts.js";

/** ①, ② … ⑳, then plain numbers. */
function circled(n: number): string {
  return n <= 20 ? String.fromCodePoint(0x245f + n) : String(n);
}

/** One paragraph of the minutes: read as print, written as text, with where it comes from. */
@customElement("hcb-block")
export class BlockEditor extends RoomScreen {
  @property({ attribute: false }) block: Block | null = null;
  @property({ attribute: false }) drafts: Drafts | null = null;
  @property({ type: Boolean }) editable = false;
  @property({ type: Boolean }) first = false;
  @property({ type: Boolean }) last = false;
  @state() private writing = false;
  @state() private removing = false;
  @state() private accepting = false;
  @state() private casting: "" | "this" | "new" = "";
  private reason = "";
  protected override ticking = false;

  /** Opened from outside, by Ctrl+Enter in the block above. */
  edit(): void {
    if (!this.editable) return;
    this.writing = true;
    void this.updateComplete.then(() => this.querySelector("textarea")?.focus());
  }

  private tell(name: string, detail: unknown = this.block?.id): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true }));
  }

  private async leave(next: boolean): Promise<void> {
    if (!this.block) return;
    this.writing = false;
    if (next) this.tell("next-block");
    await this.drafts?.save(this.block.id);
  }

  private change(name: string, args: Record<string, unknown>): void {
    const base_version = this.room.views.document?.version ?? 0;
    this.room.do(name, { block: this.block?.id, base_version, reason: this.reason, ...args });
  }

  private recast(block: Block, { kind, speaker, reason }: Cast): void {
    const adding = this.casting === "new";
    this.casting = "";
    if (adding) return this.tell("insert-block", { after: block.id, kind, speaker });
    this.room.send("save_block", { block: block.id, base_version: this.room.views.document?.version ?? 0, text: block.text, kind, speaker, reason }).catch(() => undefined);
  }

  protected override render(): TemplateResult | typeof nothing {
    const block = this.block;
    if (!block) return nothing;
    const draft = this.drafts?.of(block.id);
    const text = draft?.text ?? block.text;
    return html`<article class="blk ${block.origin} ${block.confidence < 600 ? "doubtful" : ""} ${draft ? "dirty" : ""}" data-block=${block.id}>
      ${this.writing ? this.editor(block.id, text) : block.offered && !draft ? nothing : this.reading(text)}
      ${draft ? this.trouble(block, draft) : nothing}
      ${block.proposal ? this.proposal(block, block.proposal) : nothing}
      ${this.foot(block, draft)}
      ${this.casting && this.editable ? html`<hcb-cast .room=${this.room} .block=${block} .adding=${this.casting === "new"}
        @cast=${(e: CustomEvent<Cast>) => this.recast(block, e.detail)} @cancel=${() => { this.casting = ""; }}></hcb-cast>` : nothing}
    </article>`;
  }

  private reading(text: string): TemplateResult {
    if (!this.editable) return html`<p class="blktext">${text}</p>`;
    return html`<p class="blktext" role="button" tabindex="0" aria-label=${`${t.secretary.edit}: ${text}`} @click=${() => this.edit()}
      @keydown=${(e: KeyboardEvent) => { if (e.key === "Enter") { e.preventDefault(); this.edit(); } }}>${text || "…"}</p>`;
  }

  private editor(id: string, text: string): TemplateResult {
    const key = (e: KeyboardEvent): void => {
      if (e.key === "Enter" && e.ctrlKey) {
        e.preventDefault();
        void this.leave(true);
      } else if (e.key === "Escape") void this.leave(false);
    };
    return html`<textarea class="serif" aria-label=${t.secretary.minutes} rows=${Math.max(3, Math.ceil(text.length / 60))} .value=${text}
      @input=${(e: Event) => this.drafts?.write(id, (e.target as HTMLTextAreaElement).value)} @keydown=${key} @blur=${() => this.leave(false)}></textarea>`;
  }

  private trouble(block: Block, draft: Draft): TemplateResult | typeof nothing {
    const drafts = this.drafts;
    switch (draft.state) {
      case "stale":
        return html`<div class="stale stack tight">${banner("warning", t.block.stale)}
          <div><span class="label small">${t.block.staleNow}</span><p class="blktext now">${draft.current || block.text}</p></div>
          <div><span class="label small">${t.block.staleMine}</span><p class="blktext">${draft.text}</p></div>
          <div class="row"><button class="main" @click=${() => { drafts?.merge(block.id); this.edit(); }}>${t.block.merge}</button>
            <button @click=${() => drafts?.insist(block.id)}>${t.block.keepMine}</button>
            <button @click=${() => drafts?.forget(block.id)}>${t.block.takeTheirs}</button><button class="quiet" @click=${() => this.edit()}>${t.secretary.edit}</button></div></div>`;
      case "reason":
        return html`<div class="stack tight"><div class="field"><label for="reason-${block.id}">${t.block.reason}</label>
          <input id="reason-${block.id}" type="text" maxlength="300" @input=${(e: Event) => { this.reason = (e.target as HTMLInputElement).value; }} /></div>
          <div class="row"><button class="main" @click=${() => this.reason.trim() && drafts?.save(block.id, this.reason.trim())}>${t.save}</button>
            <button class="quiet" @click=${() => drafts?.forget(block.id)}>${t.undo}</button></div></div>`;
      case "gone":
        return banner("warning", t.block.gone);
      case "refused":
        return banner("error", draft.fault || t.fault.ours, html`<button @click=${() => drafts?.save(block.id)}>${t.again}</button>`);
      default:
        return nothing;
    }
  }

  private proposal(block: Block, text: string): TemplateResult {
    const pieces = block.pieces ?? [["same", text]];
    const piece = ([kind, words]: [string, string]): unknown => (kind === "out" ? html`<del>${words}</del> ` : kind === "in" ? html`<ins>${words}</ins> ` : `${words} `);
    const read = (this.room.views.document?.read_back ?? 0) > 0;
    const accept = (): void => {
      if (read && !this.accepting) {
        this.accepting = true;
        return;
      }
      const base_version = this.room.views.document?.version ?? 0;
      const [name, args] = block.reworded || block.respelled ? ["save_block", { text }] as const : ["accept_redraft", {}] as const;
      this.room.send(name, { block: block.id, base_version, reason: this.reason.trim(), ...args }).then(() => { this.accepting = false; }, () => undefined);
    };
    return html`<div class="proposal stack tight"><span class="label small">${block.respelled ? t.block.respelled : block.reworded ? t.block.reworded : block.offered ? t.block.offered : t.block.proposal}</span><p class="blktext">${pieces.map((one) => piece(one as [string, string]))}</p>
      ${this.accepting ? this.why() : nothing}
      ${this.editable ? html`<div class="row"><button class="small" @click=${accept}>${block.offered ? t.block.takeOffer : t.block.accept}</button>
        <button class="small quiet" @click=${() => this.change("save_block", { text: block.text })}>${block.offered ? t.block.leaveOffer : t.block.keepOwn}</button></div>` : nothing}</div>`;
  }

  /** A button to play each utterance the block rests on; what the room recorded itself has no sound. */
  private sources(block: Block): TemplateResult {
    const spoken = block.sources.filter((source) => !source.startsWith("entry:"));
    if (!block.sources.length) return html`<span class="soft small">${block.origin === "draft" ? t.block.noSource : ""}</span>`;
    return html`${spoken.length < block.sources.length ? html`<span class="soft small">${t.block.recorded}</span>` : nothing}
      ${spoken.length ? html`<span class="playsources" role="group" aria-label=${t.block.sources(spoken.length)}>${icon(Play, 18)}${spoken.map((source, n) => html`<button class="quiet small source" aria-label=${t.block.playSource(n + 1)} title=${t.block.playSource(n + 1)}
        @click=${() => this.tell("sources", [source])}>${circled(n + 1)}</button>`)}</span>` : nothing}`;
  }

  private why(): TemplateResult {
    return html`<input type="text" maxlength="300" aria-label=${t.block.reason} placeholder=${t.block.reason} @input=${(e: Event) => { this.reason = (e.target as HTMLInputElement).value.trim(); }} />`;
  }

  private foot(block: Block, draft: Draft | undefined): TemplateResult {
    const flags = block.flags.map((flag) => t.block.flags[flag.split(":")[0] ?? flag] ?? flag);
    return html`<footer class="blkfoot">
      <span class="tag ${block.origin === "hand" ? "ok" : "off"}">${block.origin === "hand" ? t.block.hand : t.block.machine}</span>
      ${block.confidence < 600 && !flags.length ? html`<span class="tag doubt">? ${t.block.doubtful}</span>` : nothing}
      ${flags.map((flag) => html`<span class="tag doubt">? ${flag}</span>`)}
      ${draft ? html`<span class="tag doubt">${draft.state === "sending" && this.room.line.state === "live" ? t.desk.saving : t.block.unsaved}</span>` : nothing}
      ${this.sources(block)}
      ${this.editable ? this.tools(block) : nothing}
    </footer>`;
  }

  private tools(block: Block): TemplateResult {
    if (this.removing) {
      const wanted = (this.room.views.document?.read_back ?? 0) > 0;
      return html`<span class="row">${t.block.removeAsk}${wanted
        ? this.why()
        : nothing}<button class="small danger" @click=${() => { this.removing = false; this.change("delete_block", {}); }}>${t.block.remove}</button>
        <button class="small" @click=${() => { this.removing = false; }}>${t.cancel}</button></span>`;
    }
    // While a paragraph is written, a tool must not shut it under the pointer: it would move away before the tap ends.
    const hold = (e: Event): void => { if (this.writing) e.preventDefault(); };
    const tool = (sign: typeof Plus, words: string, act: () => void, off = false): TemplateResult =>
      html`<button class="quiet small tool" title=${words} aria-label=${words} ?disabled=${off} @mousedown=${hold}
        @click=${() => (this.writing ? void this.leave(false).then(act) : act())}>${icon(sign, 20)}</button>`;
    const asks = this.room.views.meeting?.rephraser && !block.proposal && block.text;
    return html`<span class="tools">${asks ? tool(WandSparkles, t.block.rephrase, () => this.room.do("rephrase", { block: block.id })) : nothing}${tool(ArrowUp, t.block.up, () => this.tell("move-block", { block: block.id, by: -1 }), this.first)}
      ${tool(ArrowDown, t.block.down, () => this.tell("move-block", { block: block.id, by: 1 }), this.last)}
      ${tool(UserPen, t.cast.change, () => { this.casting = "this"; })}${tool(Plus, t.block.insert, () => { this.casting = "new"; })}${tool(Trash2, t.block.remove, () => { this.removing = true; })}</span>`;
  }
}

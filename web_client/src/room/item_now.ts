import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Gavel } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import { timeOf } from "../parts/time.js";
import type { AgendaItem } from "../views/types.js";
import { nobodyRemote } from "./agenda.js";
import { motionOn } from "./vote_card.js";

/** The item under discussion: opinions heard, ticked into the conclusion. */
@customElement("hcb-item-now")
export class ItemNow extends RoomScreen {
  @state() private open: "" | "conclude" = "";
  @state() private ticked = new Set<string>();
  @state() private words: string | null = null;
  /** The words as they were last put together from ticks, and the ticks that are in them already. */
  private made = "";
  private taken = new Set<string>();
  private wordsOf = "";

  protected override render(): TemplateResult {
    const { agenda } = this.room.views;
    const voting = Boolean(motionOn(this.room));
    const item = agenda?.items.find((one) => one.id === agenda.now);
    if (!item) return this.between();
    return html`<section class="card stack">
      <div class="ruled"><p class="soft small">${t.room.itemNow}${item.started_at ? ` · ${t.item.since(timeOf(item.started_at))}` : ""}</p><h2>${item.title}</h2></div>
      ${this.proposals(item)}
      <div class="row">
        <button class=${voting ? "" : "main"} @click=${() => this.startConcluding(item)}>${icon(Gavel)}${t.item.conclude}</button>
      </div>
      ${modal(this.open === "conclude", t.item.concludeTitle(item.title), () => this.concluding(item), this.shut, true)}
    </section>`;
  }

  /** Between two items the next one is one tap away. */
  private between(): TemplateResult {
    const next = this.room.views.agenda?.items.find((one) => one.state === "waiting" && (!one.secret || nobodyRemote(this.room)));
    return html`<section class="card empty"><h2>${t.room.noItem}</h2>${next
      ? html`<button class="main" @click=${() => this.room.order("start_item", { item: next.id, title: "" }).catch(() => undefined)}>${t.item.begin(next.title)}</button>`
      : html`<p>${t.item.none}</p>`}</section>`;
  }

  private readonly shut = (): void => {
    this.open = "";
  };

  private proposals(item: AgendaItem): TemplateResult {
    const heard = (this.room.views.proposals ?? []).filter((one) => one.item === item.id);
    const tick = (id: string, on: boolean): void => {
      const ticked = new Set(this.ticked);
      if (on) ticked.add(id);
      else ticked.delete(id);
      this.ticked = ticked;
    };
    return html`<div class="stack tight"><h3>${t.item.proposals}</h3>
      ${heard.length ? html`<p class="soft small">${t.item.proposalsHint}</p>` : html`<p class="soft">${t.item.noProposals}</p>`}
      <div class="proposals">${heard.map(
        (one) => html`<label class="check"><input type="checkbox" .checked=${this.ticked.has(one.utterance)} @change=${(e: Event) => tick(one.utterance, (e.target as HTMLInputElement).checked)} />
          <span><span class="strong">${one.name || t.room.unknownSpeaker}:</span> ${one.text}</span></label>`,
      )}</div></div>`;
  }

  /** Begins with the draft from before the meeting, if there is one; what is ticked comes below it. */
  private startConcluding(item: AgendaItem): void {
    if (this.wordsOf !== item.id) this.forget(item);
    const heard = (this.room.views.proposals ?? []).filter((one) => this.ticked.has(one.utterance));
    const texts = (of: typeof heard): string => of.map((one) => one.text).join("\n");
    if (this.words === null || this.words === this.made) this.words = [item.draft, texts(heard)].filter(Boolean).join("\n");
    else this.words = [this.words, texts(heard.filter((one) => !this.taken.has(one.utterance)))].filter(Boolean).join("\n");
    this.made = [item.draft, texts(heard)].filter(Boolean).join("\n");
    this.taken = new Set(this.ticked);
    this.open = "conclude";
  }

  private forget(item: AgendaItem): void {
    this.wordsOf = item.id;
    this.words = null;
    this.made = "";
    this.taken = new Set();
    this.ticked = new Set([...this.ticked].filter((id) => this.room.views.proposals?.some((one) => one.utterance === id && one.item === item.id)));
  }

  private concluding(item: AgendaItem): TemplateResult {
    const conclude = async (outcome: "concluded" | "open"): Promise<void> => {
      const text = outcome === "concluded" && !item.secret ? (this.words ?? "").trim() : "";
      await this.room.order("conclude_item", { item: item.id, outcome, text, sources: [...this.ticked] });
      this.forget(item);
      this.ticked = new Set();
      this.shut();
    };
    const words = html`${item.draft ? html`<p class="soft small">${t.item.fromDraft}</p>` : nothing}<div class="field"><label for="conclusion">${t.item.conclusion}</label>
        <textarea id="conclusion" class="serif tall" .value=${this.words ?? ""} @input=${(e: Event) => { this.words = (e.target as HTMLTextAreaElement).value; }}></textarea></div>`;
    return html`${item.secret ? html`<p>${t.item.secretConclude}</p>` : words}
      <div class="actions"><button class="quiet" @click=${this.shut}>${t.cancel}</button>
        <button @click=${() => conclude("open").catch(() => undefined)}>${t.item.noConclusion}</button>
        <button class="main" ?disabled=${!item.secret && !this.words?.trim()} @click=${() => conclude("concluded").catch(() => undefined)}>${item.secret ? t.item.concludeSecret : t.item.concludeSave}</button></div>`;
  }
}

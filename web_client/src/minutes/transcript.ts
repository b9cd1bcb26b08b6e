import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import { ArrowDown, Play } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { typedTag } from "../parts/paper.js";
import { RoomScreen } from "../parts/room_screen.js";
import { interimText, spokenText, unsureLegend } from "../parts/spoken.js";
import { secondsOf } from "../parts/time.js";
import { get } from "../protocol/http.js";
import { put } from "../views/spoken.js";
import type { Caption } from "../views/types.js";

/** Everything said, oldest first: click a line to hear it, correct its words, say whose it is. */
@customElement("hcb-transcript")
export class Transcript extends RoomScreen {
  @property() selected = "";
  @state() private older: Caption[] = [];
  @state() private editing = "";
  @state() private following = true;
  protected override ticking = false;

  /** All lines known here, for those who look a source up. */
  get lines(): Caption[] {
    const now = this.room.views.captions ?? [];
    const known = new Set(now.flatMap((line) => [line.id, ...line.also]));
    return [...this.older.filter((line) => !known.has(line.id)), ...now];
  }

  async loadOlder(): Promise<void> {
    const all: Caption[] = [];
    let after: string | null = "";
    for (let page = 0; after !== null && page < 100; page += 1) {
      const path = `/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/transcript?after=${encodeURIComponent(after)}`;
      const found: { lines: Caption[]; next: string | null } = await get(path);
      all.push(...found.lines);
      after = found.next;
    }
    this.older = all;
  }

  show(id: string): void {
    this.following = false;
    this.querySelector(`[data-line="${CSS.escape(id)}"]`)?.scrollIntoView({ block: "center" });
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (!this.following) return;
    const list = this.querySelector(".lines");
    if (list) list.scrollTop = list.scrollHeight;
  }

  private select(line: Caption): void {
    this.dispatchEvent(new CustomEvent("select-line", { detail: line, bubbles: true }));
  }

  protected override render(): TemplateResult {
    const lines = this.lines;
    const interim = Object.values(this.room.state.interim);
    const scrolled = (e: Event): void => {
      const list = e.target as HTMLElement;
      this.following = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
    };
    return html`<section class="transcript" aria-label=${t.secretary.transcript}>
      <div class="panehead"><h2>${t.secretary.transcript}</h2>
        ${lines.length >= 200 && !this.older.length ? html`<button class="small quiet" @click=${() => this.loadOlder().catch(() => undefined)}>${t.secretary.older}</button>` : nothing}</div>
      ${lines.length || interim.length ? nothing : html`<div class="empty"><p>${t.secretary.noTranscript}</p></div>`}
      <ol class="plainlist lines" @scroll=${scrolled} tabindex="0">
        ${repeat(lines, (line) => line.id, (line) => this.line(line))}
        ${interim.map((one) => html`<li class="line interim">${interimText(one)}</li>`)}
      </ol>
      ${unsureLegend(lines)}
      ${this.following ? nothing : html`<button class="follow small" @click=${() => { this.following = true; }}>${icon(ArrowDown, 20)}${t.secretary.follow}</button>`}
    </section>`;
  }

  private line(line: Caption): TemplateResult {
    const chosen = line.id === this.selected;
    return html`<li class="line ${chosen ? "chosen" : ""} ${line.doubtful ? "doubtful" : ""}" data-line=${line.id}>
      <div class="linehead">${line.typed ? nothing : html`<span class="num soft small">${secondsOf(line.at)}</span>`}
        <span class=${line.name ? "strong" : "strong soft"}>${line.name || `? ${t.room.unknownSpeaker}`}</span>
        <span class="soft small">${line.channel === "remote" ? t.room.remote : ""}</span>
        ${line.typed ? typedTag(true) : line.method === "typed" ? html`<span class="tag off">${t.room.typed}</span>` : nothing}
        ${line.corrected ? html`<span class="tag ok">${t.block.hand}</span>` : line.doubtful ? html`<span class="tag doubt">? ${t.room.doubtful}</span>` : nothing}
      </div>
      ${this.editing === line.id ? this.editor(line) : html`<p class="linetext" role="button" tabindex="0" @click=${() => this.select(line)}
          @keydown=${(e: KeyboardEvent) => { if (e.key === "Enter") this.select(line); }}>${spokenText(line)}</p>`}
      ${chosen && this.editing !== line.id ? this.tools(line) : nothing}</li>`;
  }

  private tools(line: Caption): TemplateResult {
    return html`<div class="row linetools">
      ${line.method === "speech" ? html`<button class="small" @click=${() => this.select(line)}>${icon(Play, 18)}${t.secretary.play}</button>` : nothing}
      <button class="small" @click=${() => { this.editing = line.id; }}>${t.secretary.editLine}</button>
      ${this.speaker(line)}</div>${this.names(line)}`;
  }

  /** Short and misheard names: a person says who was meant, the machine never does. */
  private names(line: Caption): TemplateResult | typeof nothing {
    if (!line.names?.length) return nothing;
    const mean = (start: number, end: number, name: string): void =>
      this.correct(line, put(line.text, start, end, name));
    return html`<div class="row linetools">${line.names.map((one) => html`<button class="small quiet" @click=${() => mean(one.start, one.end, one.name)}>
      ${t.secretary.meant(line.text.slice(one.start, one.end), one.name)}${one.confidence < 700 ? html` <span class="tag doubt">? ${t.room.doubtful}</span>` : nothing}</button>`)}</div>`;
  }

  private correct(line: Caption, text: string): void {
    const told = (): boolean => this.dispatchEvent(new CustomEvent("corrected", { detail: { before: line.text, after: text }, bubbles: true }));
    this.room.send("correct", { utterance: line.id, text }, true).then(told, () => undefined);
  }

  private speaker(line: Caption): TemplateResult {
    const { ledger } = this.room.views;
    const assign = (e: Event): void => this.room.do("assign_speaker", { utterance: line.id, member: (e.target as HTMLSelectElement).value });
    return html`<label class="sr" for="who-${line.id}">${t.secretary.who}</label><select id="who-${line.id}" class="whoselect" @change=${assign}>
      <option value="" ?selected=${!line.speaker}>${t.secretary.who}</option>
      ${ledger?.lines.map((one) => html`<option value=${one.member} ?selected=${one.member === line.speaker}>${one.name}</option>`)}
      ${ledger?.guests.map((one) => html`<option value=${one.guest} ?selected=${one.guest === line.speaker}>${one.name}</option>`)}</select>`;
  }

  private editor(line: Caption): TemplateResult {
    const save = (text: string): void => {
      this.editing = "";
      if (text.trim() && text.trim() !== line.text) this.correct(line, text.trim());
    };
    const key = (e: KeyboardEvent): void => {
      if (e.key === "Enter" && e.ctrlKey) save((e.target as HTMLTextAreaElement).value);
      if (e.key === "Escape") this.editing = "";
      if (e.key === "Enter" || e.key === "Escape") e.stopPropagation();
    };
    return html`<div class="stack tight"><textarea aria-label=${t.secretary.editLine} .value=${line.text} @keydown=${key}></textarea>
      <div class="row"><button class="small main" @click=${(e: Event) => save((e.target as HTMLElement).closest("li")?.querySelector("textarea")?.value ?? "")}>${t.save}</button>
        <button class="small quiet" @click=${() => { this.editing = ""; }}>${t.cancel}</button></div></div>`;
  }
}

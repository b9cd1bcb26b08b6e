import { html, nothing, type TemplateResult } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { CircleHelp } from "lucide";
import "../room/agenda.js";
import "../room/before.js";
import "../room/handed_on.js";
import "../room/opening.js";
import "../room/papers.js";
import "../room/people.js";
import "../styles/desk.css";
import "../styles/minutes.css";
import "../parts/pictures.js";
import "./approve.js";
import "./editor.js";
import "./elsewhere.js";
import "./marker.js";
import "./particulars.js";
import "./player.js";
import "./roll_call.js";
import "./transcript.js";
import "./typed.js";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { deskHead } from "../parts/desk_head.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Caption } from "../views/types.js";
import { Drafts, type Corrected } from "./drafts.js";
import type { Elsewhere } from "./elsewhere.js";
import { desired } from "./keys.js";
import type { Marker } from "./marker.js";
import type { Player } from "./player.js";
import type { Transcript } from "./transcript.js";

/** Transcript on the left, minutes on the right, the player below, everything by keys too. */
@customElement("hcb-secretary")
export class Secretary extends RoomScreen {
  @state() private line: Caption | null = null;
  @state() private help = false;
  @state() private tab: "transcript" | "minutes" = "transcript";
  @query("hcb-player") private player!: Player | null;
  @query("hcb-marker") private marker!: Marker;
  @query("hcb-elsewhere") private elsewhere!: Elsewhere | null;
  @query("hcb-transcript") private transcript!: Transcript;
  private drafts: Drafts | null = null;
  private resumed = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.drafts ??= new Drafts(this.room);
    this.drafts.addEventListener("saved", this.corrected);
    document.addEventListener("keydown", this.key);
    addEventListener("beforeunload", this.unload);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.drafts?.removeEventListener("saved", this.corrected);
    document.removeEventListener("keydown", this.key);
    removeEventListener("beforeunload", this.unload);
  }

  protected override updated(): void {
    const { document: minutes, meeting } = this.room.views;
    if (this.resumed || !minutes?.blocks.length || (meeting?.state !== "open" && meeting?.state !== "closed")) return;
    this.resumed = true;
    void this.drafts?.resume();
  }

  private readonly corrected = (e: Event): void => {
    const { before, after } = (e as CustomEvent<Corrected>).detail;
    void this.elsewhere?.corrected(before, after);
  };

  private readonly unload = (e: BeforeUnloadEvent): void => {
    if (this.drafts?.unsaved) e.preventDefault();
  };

  private readonly key = (e: KeyboardEvent): void => {
    const wish = desired(e);
    if (!wish || !this.player) return;
    e.preventDefault();
    if (wish.act === "play") this.player.toggle();
    else if (wish.act === "step") this.player.step(wish.seconds);
    else if (wish.act === "mark") this.marker.mark(wish.place);
    else this.help = !this.help;
  };

  private select(line: Caption): void {
    this.line = this.line?.id === line.id && this.tab === "transcript" ? this.line : line;
    void this.player?.play(line);
  }

  private async sources(ids: string[]): Promise<void> {
    const find = (): Caption | undefined => this.transcript.lines.find((line) => [line.id, ...line.also].some((id) => ids.includes(id)));
    if (!find()) await this.transcript.loadOlder().catch(() => undefined);
    await this.transcript.updateComplete;
    const line = find();
    if (!line) {
      this.room.notify("info", t.block.sourceGone);
      return;
    }
    this.select(line);
    this.transcript.show(line.id);
  }

  protected override render(): TemplateResult {
    const state = this.room.views.meeting?.state;
    const open = state === "open";
    if (state === "scheduled") return this.preparing();
    const line = this.line && (this.room.views.captions?.find((one) => one.id === this.line?.id) ?? this.line);
    return html`${deskHead(this.room, "secretary", this)}
      <main class="secretary tab-${this.tab}" @select-line=${(e: CustomEvent<Caption>) => this.select(e.detail)} @sources=${(e: CustomEvent<string[]>) => this.sources(e.detail)} @corrected=${this.corrected}>
        <div class="secretarytop">
          <hcb-roll-call .room=${this.room}></hcb-roll-call>
          <hcb-approve .room=${this.room}></hcb-approve>
          ${this.lobby()}
          <hcb-elsewhere .room=${this.room}></hcb-elsewhere>
          ${open ? html`<div class="row markerrow"><hcb-marker .room=${this.room} .line=${line}></hcb-marker>
            ${line ? html`<button class="quiet small" @click=${() => { this.line = null; }}>${t.secretary.follow}</button>` : nothing}</div>` : html`<hcb-marker hidden .room=${this.room} .line=${line}></hcb-marker>`}
        </div>
        <div class="tabs" role="group" aria-label=${t.secretary.tabs}>
          <button aria-pressed=${this.tab === "transcript"} @click=${() => { this.tab = "transcript"; }}>${t.secretary.transcript}</button>
          <button aria-pressed=${this.tab === "minutes"} @click=${() => { this.tab = "minutes"; }}>${t.secretary.minutes}</button></div>
        <div class="pane left"><hcb-transcript .room=${this.room} .selected=${line?.id ?? ""}></hcb-transcript>${open ? html`<hcb-typed .room=${this.room}></hcb-typed>` : nothing}</div>
        <div class="pane right"><hcb-editor .room=${this.room} .drafts=${this.drafts}></hcb-editor></div>
        <div class="secretaryfoot"><hcb-player .meeting=${this.room.entry.meeting}></hcb-player>
          <hcb-pictures controls .room=${this.room}></hcb-pictures>
          <hcb-papers .room=${this.room}></hcb-papers>
          <hcb-handed-on button .room=${this.room}></hcb-handed-on>
          <hcb-particulars .room=${this.room}></hcb-particulars>
          <button class="quiet keysbutton" @click=${() => { this.help = true; }}>${icon(CircleHelp)}${t.secretary.keys}</button></div>
      </main>
      ${modal(this.help, t.keys.title, () => this.keys(), () => { this.help = false; })}`;
  }

  /** Before the opening there is nothing to write: what must be settled stands here, entered by the chair's word. */
  private preparing(): TemplateResult {
    return html`${deskHead(this.room, "secretary", this)}
      <main class="desk">${this.room.may("chair") ? nothing : banner("info", t.desk.forChair)}
        <div class="cols two"><div class="stack"><hcb-opening .room=${this.room}></hcb-opening><hcb-before .room=${this.room}></hcb-before></div>
          <div class="stack"><hcb-roll-call .room=${this.room}></hcb-roll-call><hcb-papers giving .room=${this.room}></hcb-papers><hcb-people .room=${this.room}></hcb-people><hcb-agenda .room=${this.room}></hcb-agenda></div></div></main>`;
  }

  private lobby(): TemplateResult | typeof nothing {
    return this.room.views.people?.some((person) => !person.admitted) ? html`<hcb-people lobby .room=${this.room}></hcb-people>` : nothing;
  }

  private keys(): TemplateResult {
    return html`<table><tbody>${t.keys.list.map(([keys, what]) => html`<tr><th scope="row"><kbd>${keys}</kbd></th><td>${what}</td></tr>`)}</tbody></table>
      <div class="actions"><button class="main" @click=${() => { this.help = false; }}>${t.close}</button></div>`;
  }
}

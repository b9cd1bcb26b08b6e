import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Undo2 } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Caption } from "../views/types.js";

export interface Candidate {
  member: string;
  name: string;
}

const KEYS = 9;

/** One tap says who speaks in the hall; with a line chosen, whose line it is. Hands first, then who is due and who spoke. */
@customElement("hcb-marker")
export class Marker extends RoomScreen {
  /** The chosen line, if the tap is about a line and not about now. */
  @property({ attribute: false }) line: Caption | null = null;
  @state() private previous: { line: string; member: string | null } | null = null;
  protected override ticking = false;

  get candidates(): Candidate[] {
    const { floor, captions, ledger, meeting } = this.room.views;
    const names = new Map<string, string>();
    for (const line of ledger?.lines ?? []) if (line.state === "present" || line.here) names.set(line.member, line.name);
    for (const guest of ledger?.guests ?? []) names.set(guest.guest, guest.name);
    const order = [
      ...(floor?.hands.map((hand) => hand.member) ?? []),
      ...(floor?.recent?.map((one) => one.member) ?? []),
      ...[...(captions ?? [])].reverse().map((caption) => caption.speaker),
      meeting?.chair ?? "",
      ...names.keys(),
    ];
    return [...new Set(order)].filter((member) => names.has(member)).map((member) => ({ member, name: names.get(member) ?? "" }));
  }

  /** Alt+1 … Alt+9, Alt+0 = not known. */
  mark(place: number): void {
    const chosen = place === 0 ? { member: "" } : this.candidates[place - 1];
    if (chosen) this.give(chosen.member);
  }

  private give(member: string): void {
    const speaker = this.room.views.floor?.speaker;
    if (this.line) this.previous = { line: this.line.id, member: this.line.speaker };
    else this.previous = { line: "", member: speaker ? speaker.member : null };
    this.assign(member, this.line?.id ?? "");
  }

  /** As it was before the last tap. */
  private readonly undo = (): void => {
    const before = this.previous;
    this.previous = null;
    if (!before) return;
    if (before.member === null) this.room.do("return_floor", { member: this.room.views.floor?.speaker?.member ?? "" });
    else this.assign(before.member, before.line);
  };

  private assign(member: string, line: string): void {
    if (line) return this.room.do("assign_speaker", { utterance: line, member });
    const remote = this.room.views.ledger?.lines.find((line) => line.member === member)?.channel === "remote";
    this.room.do("give_floor", { member, channel: remote ? "remote" : "hall" });
  }

  protected override render(): TemplateResult {
    const now = this.line ? this.line.speaker : this.room.views.floor?.speaker?.member;
    const quick = this.candidates.slice(0, KEYS);
    const shown = new Set(quick.map((one) => one.member));
    const rest = (this.room.views.ledger?.lines ?? []).filter((line) => !shown.has(line.member) && !line.outside);
    const other = (e: Event): void => {
      const select = e.target as HTMLSelectElement;
      if (select.value) this.give(select.value);
      select.value = "";
    };
    return html`<section class="marker" role="group" aria-label=${this.line ? t.secretary.who : t.secretary.marking} title=${t.secretary.markHint}>
      <span class="label">${this.line ? t.secretary.who : t.secretary.marking}</span>
      ${quick.map((one, n) => html`<button class="small" aria-pressed=${one.member === now} @click=${() => this.give(one.member)}><kbd>${n + 1}</kbd>${one.name}</button>`)}
      <button class="small" aria-pressed=${now === ""} @click=${() => this.give("")}><kbd>0</kbd>${t.secretary.unknown}</button>
      ${this.previous ? html`<button class="small quiet" @click=${this.undo}>${icon(Undo2, 18)}${t.secretary.undoMark}</button>` : nothing}
      ${rest.length ? html`<select aria-label=${t.floor.pick} @change=${other}><option value="">${t.floor.pick}</option>${rest.map((one) => html`<option value=${one.member}>${one.name}</option>`)}</select>` : nothing}
    </section>`;
  }
}

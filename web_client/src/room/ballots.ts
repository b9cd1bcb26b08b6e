import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Vote } from "lucide";
import { t } from "../messages/vi.js";
import { wholeNumber } from "../parts/counting.js";
import { icon } from "../parts/icon.js";
import { typedTag } from "../parts/paper.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Motion } from "../views/types.js";
import { wordOf } from "./vote_card.js";

const FOUND = ["issued", "returned", "valid", "invalid"] as const;
const CHOICES = { in_favour: "for", against: "against", other: "other" } as const;

/** A motion by paper ballot: what the counting board found, then its result. The server says what does not add up. */
@customElement("hcb-ballots")
export class BallotsCount extends RoomScreen {
  @property({ attribute: false }) motion!: Motion;

  protected override render(): TemplateResult {
    const { motion } = this;
    return html`<section class="card stack openmotion">
      <h2>${icon(Vote)} ${t.motion.ballots.waiting}</h2><p class="motiontext">${motion.text}</p>
      ${motion.remote_base ? html`<p class="soft">${t.motion.ballots.remote(motion.remote_base)}</p>` : nothing}
      ${this.form(motion)}
      ${motion.typed ? html`<p>${typedTag(true)}</p>` : nothing}
      ${motion.ballots ? html`<button class="main wide" @click=${this.close}>${t.motion.close}</button>` : nothing}
    </section>`;
  }

  private form(motion: Motion): TemplateResult {
    return html`<form class="stack tight" @submit=${this.save}><h3>${t.motion.ballots.title(motion.hall_base)}</h3>
      <div class="counts">${FOUND.map((name) => this.number(name, t.motion.ballots[name], motion.ballots?.[name]))}</div>
      <div class="counts">${Object.entries(CHOICES).map(([name, choice]) => this.number(name, wordOf(choice), motion.hall?.[choice]))}</div>
      <div class="field"><label for="note-${motion.motion}">${t.vote.hallNote}</label>
        <textarea id="note-${motion.motion}" name="note" rows="2" maxlength="500" .value=${motion.hall_note ?? ""}></textarea></div>
      <div class="field"><label for="board-${motion.motion}">${t.motion.ballots.board}</label>
        <textarea id="board-${motion.motion}" name="board" rows="3" maxlength="2000" .value=${(motion.ballots?.board ?? []).join("\n")}></textarea></div>
      <div class="row"><button>${t.motion.ballots.save}</button></div></form>`;
  }

  private number(name: string, label: string, value: number | undefined): TemplateResult {
    const id = `${name}-${this.motion.motion}`;
    return html`<div class="field"><label for=${id}>${label}</label>
      <input id=${id} name=${name} class="num" type="number" inputmode="numeric" min="0" required .value=${String(value ?? "")} @input=${(e: Event) => { wholeNumber(e.target as HTMLInputElement); }} /></div>`;
  }

  private save = (e: SubmitEvent): void => {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    const counts = Object.fromEntries([...FOUND, ...Object.keys(CHOICES)].map((name) => [name, Number(form.get(name))]));
    const board = String(form.get("board") ?? "").split("\n").map((line) => line.trim()).filter((line) => line !== "");
    const note = String(form.get("note") ?? "");
    this.room.send("count_ballots", { motion: this.motion.motion, ...counts, board, note }).catch(() => undefined);
  };

  private close = (): void => {
    this.room.order("close_motion", { motion: this.motion.motion }).catch(() => undefined);
  };
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Vote } from "lucide";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { adds, wholeNumber } from "../parts/counting.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { typedTag } from "../parts/paper.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Motion, Tally } from "../views/types.js";
import "./ballots.js";
import "./put_motion.js";
import { motionOn, wordOf } from "./vote_card.js";

/** Putting a motion, counting the hall so that it adds up, closing it. */
@customElement("hcb-motion-desk")
export class MotionDesk extends RoomScreen {
  @state() private putting = false;
  @state() private count: Partial<Tally> = {};
  @state() private note: string | null = null;
  @state() private closingMissing = false;

  private readonly put = (): void => {
    this.putting = false;
    this.count = {};
    this.note = null;
  };

  protected override render(): TemplateResult {
    const motions = this.room.views.motions ?? [];
    const open = motionOn(this.room);
    const shown = this.room.views.display?.shown_motion;
    const waiting = motions.filter((motion) => motion.waiting);
    const done = motions.filter((motion) => motion.state === "closed");
    return html`${open
        ? this.openMotion(open)
        : html`<button class="wide big" @click=${() => { this.putting = true; }}>${icon(Vote, 28)}${t.motion.put}</button>`}
      ${shown ? html`<div class="row"><span class="soft grow">${t.motion.onWall(shown)}</span><button class="small" @click=${() => this.room.order("show_motion", { text: "" }).catch(() => undefined)}>${t.motion.unshow}</button></div>` : nothing}
      ${open ? this.queue(motions, open) : nothing}
      ${waiting.map((motion) => html`<hcb-ballots .room=${this.room} .motion=${motion}></hcb-ballots>`)}
      ${done.length ? html`<section class="card stack tight"><h3>${t.motion.results}</h3>${done.map((motion) => this.result(motion))}</section>` : nothing}
      ${modal(this.putting, t.motion.putTitle, () => html`<hcb-put-motion .room=${this.room} @done=${this.put}></hcb-put-motion>`, () => { this.putting = false; }, true)}`;
  }

  /** Persons or options put together come one after the other. */
  private queue(motions: Motion[], open: Motion): TemplateResult | typeof nothing {
    const later = motions.filter((motion) => motion.state === "open" && !motion.waiting && motion !== open);
    return later.length ? html`<p class="soft">${t.motion.later(later.length)}</p>` : nothing;
  }

  private openMotion(motion: Motion): TemplateResult {
    return html`<section class="card stack openmotion">
      <h2>${icon(Vote)} ${t.vote.title}</h2><p class="motiontext">${motion.text}</p>
      ${motion.hall_base ? this.hallCount(motion) : nothing}
      ${motion.remote_base ? this.remote(motion) : nothing}
      ${this.sum(motion)}
      ${this.closing(motion)}
    </section>`;
  }

  private hallCount(motion: Motion): TemplateResult {
    const value = (choice: keyof Tally): number | "" => this.count[choice] ?? motion.hall?.[choice] ?? "";
    const save = (): void => {
      const number = (choice: keyof Tally): number => Number(value(choice)) || 0;
      const note = number("other") ? (this.note ?? motion.hall_note ?? "") : "";
      this.room.send("count_hall", { motion: motion.motion, in_favour: number("for"), against: number("against"), other: number("other"), note })
        .then(() => { this.count = {}; this.note = null; }, () => undefined);
    };
    const entered = (["for", "against", "other"] as const).reduce((sum, choice) => sum + (Number(value(choice)) || 0), 0);
    const touched = Object.keys(this.count).length > 0 || this.note !== null;
    return html`<div class="stack tight"><h3>${t.motion.hallCount(motion.hall_base)}</h3><div class="counts">
      ${(["for", "against", "other"] as const).map(
        (choice) => html`<div class="field"><label for="count-${choice}">${wordOf(choice)}</label>
          <input id="count-${choice}" class="num" type="number" inputmode="numeric" min="0" max=${motion.hall_base} .value=${String(value(choice))}
            @input=${(e: Event) => { this.count = { ...this.count, [choice]: wholeNumber(e.target as HTMLInputElement) }; }} /></div>`,
      )}</div>
      ${Number(value("other")) ? html`<div class="field"><label for="count-note">${t.vote.hallNote}</label>
        <textarea id="count-note" rows="2" maxlength="500" .value=${this.note ?? motion.hall_note ?? ""} @input=${(e: Event) => { this.note = (e.target as HTMLTextAreaElement).value; }}></textarea></div>` : nothing}
      <div class="row"><button class=${touched ? "main" : ""} ?disabled=${!touched} @click=${save}>${t.motion.saveCount}</button>${adds(entered, motion.hall_base, motion.remote_base ? t.motion.inHall : "")}</div></div>`;
  }

  private remote(motion: Motion): TemplateResult {
    const voters = motion.voters.filter((voter) => voter.channel === "remote");
    return html`<div class="stack tight"><h3>${t.motion.remoteCount(motion.remote_base)}</h3><ul class="plainlist voters">
      ${voters.map((voter) => html`<li>${voter.name}: <span class=${voter.voted ? "strong" : "soft"}>${voter.choice ? wordOf(voter.choice) : voter.voted ? "✓" : t.motion.notYet}</span>${voter.note ? html`<span class="soft small block">“${voter.note}”</span>` : nothing}</li>`)}
    </ul></div>`;
  }

  private sum(motion: Motion): TemplateResult {
    const total = (choice: keyof Tally): number => (motion.hall?.[choice] ?? 0) + (motion.remote?.[choice] ?? 0);
    return html`<p class="sumline num"><span>${t.vote.for} <b>${total("for")}</b></span><span>${t.vote.against} <b>${total("against")}</b></span><span>${t.vote.other} <b>${total("other")}</b></span>
      <span>/ <b>${motion.base}</b></span></p>${Object.keys(this.count).length ? html`<span class="tag doubt">${t.motion.notSaved}</span>` : motion.remote_base || !motion.hall_base ? adds(motion.base - motion.missing, motion.base, motion.hall_base ? t.motion.everybody : "") : nothing}`;
  }

  private closing(motion: Motion): TemplateResult {
    const close = (): void => {
      const args = this.closingMissing && motion.missing ? { motion: motion.motion, confirmed: true } : { motion: motion.motion };
      this.closingMissing = false;
      this.room.order("close_motion", args).catch(() => undefined);
    };
    if (this.closingMissing && motion.missing) { // the last ones may have voted since
      return banner("warning", t.motion.closeMissing(motion.missing), html`<div class="row"><button class="main" @click=${close}>${t.motion.close}</button><button @click=${() => { this.closingMissing = false; }}>${t.cancel}</button></div>`);
    }
    return html`<button class="main wide" @click=${() => (motion.missing ? (this.closingMissing = true) : close())}>${t.motion.close}</button>`;
  }

  private result(motion: Motion): TemplateResult {
    const total = (choice: keyof Tally): number => (motion.hall?.[choice] ?? 0) + (motion.remote?.[choice] ?? 0);
    return html`<div class="result"><p>${motion.text}${typedTag(motion.typed)}</p>
      <p class="num"><span class="tag ${motion.passed ? "ok" : "off"}">${motion.passed ? t.vote.passed : t.vote.failed}</span>
      ${motion.wording || `${t.vote.for} ${total("for")} · ${t.vote.against} ${total("against")} · ${t.vote.other} ${total("other")} / ${motion.base}`}</p>
      ${motion.hall_note ? html`<p class="soft small">${t.vote.hallNoted(motion.hall_note)}</p>` : nothing}</div>`;
  }
}

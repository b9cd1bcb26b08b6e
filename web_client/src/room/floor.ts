import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { Hand, MicVocal } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { overTime } from "../parts/over_time.js";
import { RoomScreen } from "../parts/room_screen.js";
import { spanOf } from "../parts/time.js";
import type { Channel } from "../views/types.js";

const LIMITS = [0, 2, 3, 5, 7, 10, 15];

/** Who speaks, for how long, and who waits with a hand up. */
@customElement("hcb-floor")
export class FloorCard extends RoomScreen {
  protected override render(): TemplateResult {
    const floor = this.room.views.floor;
    const now = this.room.now();
    const speaker = floor?.speaker;
    return html`<section class="card stack tight"><h2>${t.floor.title}</h2>
      ${speaker
        ? html`<div class="speaker" aria-live="polite">${icon(MicVocal, 28)}<div class="grow"><span class="strong">${speaker.name || t.room.unknownSpeaker}</span>
            <span class="soft small block">${speaker.channel === "hall" ? t.room.hall : t.room.remote} · <span class="num">${spanOf(now - speaker.since)}</span></span>
            ${overTime(floor, now) ? html`<span class="tag doubt">! ${t.floor.over(spanOf(overTime(floor, now)))}</span>` : nothing}</div>
            <button @click=${() => this.room.do("return_floor", { member: speaker.member })}>${t.floor.stop}</button></div>`
        : html`<p class="soft">${t.room.nobody}</p>`}
      <h3>${t.floor.hands}</h3>
      ${floor?.hands.length
        ? html`<ul class="plainlist hands">${floor.hands.map(
            (hand, n) => html`<li class="row">${icon(Hand)}<span class="grow"><span class="strong">${n + 1}. ${hand.name}</span>
              <span class="soft small block num">${t.floor.since(spanOf(now - hand.since))}</span></span>
              <button class=${n === 0 ? "next" : ""} @click=${() => this.give(hand.member)}>${t.floor.invite}</button></li>`,
          )}</ul>`
        : html`<p class="soft">${t.floor.noHands}</p>`}
      ${this.others()}
      ${this.rules()}
    </section>`;
  }

  private channelOf(member: string): Channel {
    return this.room.views.ledger?.lines.find((line) => line.member === member)?.channel === "remote" ? "remote" : "hall";
  }

  /** What was set and not yet answered: two settings in a row never undo each other on a slow line. */
  private wish: { invited_only?: boolean; limit_s?: number } = {};

  private give(member: string): void {
    this.room.do("give_floor", { member, channel: this.channelOf(member) });
  }

  /** How one speaks here: off by default, set by the chair. */
  private rules(): TemplateResult {
    const floor = this.room.views.floor;
    const invited_only = floor?.advisory === false;
    const limit_s = floor?.limit_s ?? 0;
    const set = (change: { invited_only?: boolean; limit_s?: number }): void => {
      const wish = { invited_only, limit_s, ...this.wish, ...change };
      this.wish = wish;
      const answered = (): void => { if (this.wish === wish) this.wish = {}; };
      this.room.order("set_floor", wish).then(answered, answered);
    };
    return html`<details class="rules"><summary>${t.floor.rules}${invited_only || limit_s ? ` · ${[invited_only ? t.floor.invitedOnly : "", limit_s ? t.floor.minutes(limit_s / 60) : ""].filter(Boolean).join(" · ")}` : ""}</summary>
      <label class="check"><input type="checkbox" .checked=${invited_only} @change=${(e: Event) => set({ invited_only: (e.target as HTMLInputElement).checked })} />
        <span>${t.floor.invitedOnly}<span class="soft small block">${t.floor.invitedOnlyWhy}</span></span></label>
      <div class="field"><label for="floor-limit">${t.floor.limit}</label>
        <select id="floor-limit" @change=${(e: Event) => set({ limit_s: Number((e.target as HTMLSelectElement).value) })}>
          ${LIMITS.map((minutes) => html`<option value=${minutes * 60} ?selected=${minutes * 60 === limit_s}>${minutes ? t.floor.minutes(minutes) : t.floor.noLimit}</option>`)}</select></div></details>`;
  }

  private others(): TemplateResult {
    const { ledger } = this.room.views;
    const here = (ledger?.lines ?? []).filter((line) => !line.outside && line.state !== "excused" && line.state !== "absent");
    const give = (e: Event): void => {
      const select = e.target as HTMLSelectElement;
      if (select.value) this.give(select.value);
      select.value = "";
    };
    return html`<label class="sr" for="invite-other">${t.floor.pick}</label><select id="invite-other" @change=${give}>
      <option value="">${t.floor.pick}</option>
      ${here.map((line) => html`<option value=${line.member}>${line.name}</option>`)}
      ${ledger?.guests.map((guest) => html`<option value=${guest.guest}>${guest.name}${guest.title ? ` – ${guest.title}` : nothing}</option>`)}
    </select>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { House, Mic, MicOff, Smartphone } from "lucide";
import "../hall/microphones.js";
import { t } from "../messages/vi.js";
import { ofHall, calledAs } from "../parts/echoes.js";
import { icon } from "../parts/icon.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Person } from "../views/types.js";

/** Who is in the room and who waits before it. */
@customElement("hcb-people")
export class People extends RoomScreen {
  /** Only those who wait before the door. */
  @property({ type: Boolean }) lobby = false;
  /** Only those inside: who waits is shown elsewhere on the page. */
  @property({ type: Boolean }) inner = false;

  protected override render(): TemplateResult {
    const people = this.room.views.people ?? [];
    const waiting = people.filter((person) => !person.admitted);
    const inside = people.filter((person) => person.admitted);
    return html`${waiting.length && !this.inner
        ? html`<section class="card stack tight attention"><h2>${t.people.lobby}</h2><ul class="plainlist">${waiting.map(
            (one) => (one.wants_word ? this.unannounced(one) : html`<li class="row"><span class="grow strong">${one.name}</span>
              <button class="main" @click=${() => this.room.do("admit", { session: one.session })}>${t.people.admit}</button>
              ${this.reject(one)}</li>`),
          )}</ul></section>`
        : nothing}
      ${this.lobby ? nothing : this.inside(inside)}`;
  }

  private reject(one: Person): TemplateResult {
    return html`<button type="button" class="quiet" @click=${() => this.room.do("remove", { session: one.session })}>${t.people.reject}</button>`;
  }

  /** Wants to take part from elsewhere and is not on the list: the chair says yes with the reason, by one tap. */
  private unannounced(one: Person): TemplateResult {
    const line = this.room.views.ledger?.lines.find((other) => other.member === one.member);
    const id = `word-${one.session}`;
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const reason = new FormData(e.target as HTMLFormElement).get("reason");
      this.room.order("allow_remote", { member: one.member, allowed: true, reason, session: one.session }).catch(() => undefined);
    };
    return html`<li><form class="stack tight" @submit=${submit}><p><span class="strong">${one.name}</span> <span class="soft">${t.people.unannounced}</span></p>
      <div class="field"><label for=${id}>${t.opening.remoteReason}</label><input id=${id} name="reason" type="text" required maxlength="300" list="remote-reasons" .defaultValue=${line?.remote_reason || t.people.reasons[0]} /></div>
      <datalist id="remote-reasons">${t.people.reasons.map((words) => html`<option value=${words}></option>`)}</datalist>
      <div class="row"><button class="main">${t.people.allow}</button>${this.reject(one)}</div></form></li>`;
  }

  private inside(inside: Person[]): TemplateResult {
    const on = this.room.views.meeting?.captions_on ?? false;
    return html`<details class="card people"><summary>${t.people.title} (${inside.length})</summary>
        ${inside.length ? html`<ul class="plainlist">${inside.map((one) => this.person(one))}</ul>` : html`<p class="soft">${t.people.empty}</p>`}
        <div class="stack tight"><hcb-microphones .room=${this.room}></hcb-microphones></div>
        <button class="quiet" @click=${() => this.room.order("captions_on_display", { on: !on }).catch(() => undefined)}>${on ? t.people.captionsOff : t.people.captionsOn}</button>
      </details>`;
  }

  /** A borrowed phone: from now on it stands for that member. */
  private owner(one: Person): TemplateResult {
    const lines = (this.room.views.ledger?.lines ?? []).filter((line) => line.member !== one.member);
    const link = (e: Event): void => {
      const select = e.target as HTMLSelectElement;
      if (select.value) this.room.do("link_session", { session: one.session, member: select.value });
      select.value = "";
    };
    return html`<select class="owner" aria-label=${`${t.people.belongsTo} (${one.name})`} @change=${link}>
      <option value="">${t.people.belongsTo}</option>${lines.map((line) => html`<option value=${line.member}>${line.name}</option>`)}</select>`;
  }

  private person(one: Person): TemplateResult {
    const hall = ofHall(one);
    return html`<li class="person">${icon(hall ? House : Smartphone, 20)}<span class="grow">${calledAs(one)}
        <span class="soft small">${one.seat === "hall" ? t.room.hall : one.seat === "remote" ? t.room.remote : ""}${one.weak ? ` · ${weakWords(one)}` : ""}${one.voiced ? ` · ${t.people.speaking}` : ""}</span></span>
      ${icon(one.mic && !one.muted ? Mic : MicOff, 20)}
      <button class="quiet small" @click=${() => this.room.do("mute", { session: one.session, muted: !one.muted })}>${one.muted ? t.people.unmute : t.people.mute}</button>
      ${hall ? nothing : this.owner(one)}
      ${hall ? nothing : html`<button class="quiet small" @click=${() => this.room.do("remove", { session: one.session })}>${t.people.remove}</button>`}</li>`;
  }
}

/** "mất 12 %, trễ 340 ms · mạng yếu": figures only where they are known. */
function weakWords(one: Person): string {
  const figures = [one.loss ? t.people.lineLoss(Math.round(one.loss / 10)) : "", one.rtt_ms ? t.people.lineDelay(one.rtt_ms) : ""].filter(Boolean);
  return [figures.join(", "), t.people.weak].filter(Boolean).join(" · ");
}

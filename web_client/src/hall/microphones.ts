import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Mic, Plus } from "lucide";
import { t } from "../messages/vi.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { qr } from "../parts/qr.js";
import { RoomScreen } from "../parts/room_screen.js";
import { post } from "../protocol/http.js";
import "../styles/microphones.css";
import type { Microphone } from "../views/types.js";
import { bars } from "./bars.js";

/** The hall's microphones: which is heard now, how clear each hears, and the code by which a phone becomes one. */
@customElement("hcb-microphones")
export class Microphones extends RoomScreen {
  /** On the wall's foot: the names beside the button. */
  @property({ type: Boolean }) strip = false;
  @state() private open = false;
  @state() private url = "";
  @state() private fault: unknown = null;
  protected override ticking = false;

  private async show(): Promise<void> {
    this.open = true;
    this.fault = null;
    if (this.url) return;
    const path = `/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/microphones`;
    await post<{ url: string }>(path).then((made) => { this.url = made.url; }, (fault: unknown) => { this.fault = fault; });
  }

  protected override render(): TemplateResult {
    const state = this.room.views.meeting?.state;
    if (state !== "scheduled" && state !== "open") return html`${nothing}`;
    const all = this.room.views.microphones ?? [];
    return html`${this.strip ? all.map((one) => this.chip(one)) : all.length ? this.list(all) : nothing}
      <button @click=${this.show}>${icon(Plus, 20)}${t.mics.add}</button>
      ${modal(this.open, t.mics.title, () => this.sheet(all), () => { this.open = false; }, true)}`;
  }

  private name(one: Microphone): string {
    return one.device === "hall" ? t.mics.hall : one.name;
  }

  private chip(one: Microphone): TemplateResult {
    return html`<span class="micchip ${one.heard ? "heard" : ""}">${icon(Mic, 20)}<span>${this.name(one)}${one.heard ? html` · <b>${t.mics.heard}</b>` : nothing}</span>${bars(one.level, t.mics.level(this.name(one)))}</span>`;
  }

  private sheet(all: Microphone[]): TemplateResult {
    return html`<div class="micsheet"><div class="stack tight"><p>${t.mics.what}</p>${faultBanner(this.fault, () => this.show())}
        ${all.length ? this.list(all) : nothing}</div>
      ${this.url ? html`<div class="stack tight center">${qr(this.url, t.mics.scan, 240)}<p class="strong">${t.mics.scan}</p><p class="soft small">${t.mics.once}</p></div>` : nothing}</div>
      <div class="actions"><button class="main" autofocus @click=${() => { this.open = false; }}>${t.close}</button></div>`;
  }

  private list(all: Microphone[]): TemplateResult {
    const halls = all.filter((one) => one.device === "hall");
    const shut = halls.length > 0 && halls.every((one) => one.shut);
    return html`<h3>${t.mics.list}</h3>${shut ? html`<p class="soft small" role="status">${t.mics.shut}</p>` : nothing}
      <ul class="plainlist miclist">${all.map((one) => html`<li class="row"><span class="grow">${icon(Mic, 20)} ${this.name(one)}
        ${one.heard ? html`<span class="tag ok">${t.mics.heard}</span>` : nothing}${one.weak ? html`<span class="tag doubt">${t.mics.weak}</span>` : nothing}</span>
        ${bars(one.level, t.mics.level(this.name(one)))}
        ${one.device === "hall" ? nothing : html`<button class="quiet small" aria-label=${`${t.mics.remove}: ${this.name(one)}`} @click=${() => this.room.do("remove_microphone", { session: one.session })}>${t.mics.remove}</button>`}</li>`)}</ul>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Check, Circle, Copy, Printer } from "lucide";
import { t } from "../messages/vi.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { RoomScreen } from "../parts/room_screen.js";
import { get } from "../protocol/http.js";

interface Checked {
  key: string;
  text: string;
  done: boolean | null;
  planned: boolean;
}

interface Before {
  notice: string;
  sent: string[];
  checks: Checked[];
}

/** Before the meeting: what is still to be done, the invitation, and who may take part from elsewhere. */
@customElement("hcb-before")
export class BeforeMeeting extends RoomScreen {
  @state() private told: Before | null = null;
  @state() private fault: unknown = null;
  @state() private copied = false;
  protected override ticking = false;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      this.told = await get<Before>(`/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/before`);
    } catch (fault) {
      this.fault = fault;
    }
  }

  private order(name: string, args: Record<string, unknown>): void {
    this.room.order(name, args).then(() => this.load(), () => undefined);
  }

  protected override render(): TemplateResult {
    return html`<section class="card stack tight"><h2>${t.opening.prepare}</h2>${faultBanner(this.fault)}
      ${this.told ? html`${this.checks(this.told.checks)}${this.notice(this.told)}` : nothing}${this.remote()}</section>`;
  }

  private checks(checks: Checked[]): TemplateResult {
    const says = (one: Checked): string => (one.done === null ? t.opening.unknown : one.done ? t.opening.done : one.planned ? t.opening.planned : t.opening.notDone);
    return html`<h3>${t.opening.checks}</h3><ul class="plainlist checks">${checks.map(
      (one) => html`<li class="row top">${icon(one.done ? Check : Circle, 22)}<span class="grow">${one.text}</span>
        <span class="tag ${one.done ? "ok" : one.done === null || one.planned ? "off" : "doubt"}">${says(one)}</span></li>`,
    )}</ul>`;
  }

  private notice(told: Before): TemplateResult {
    const text = (): string => this.querySelector<HTMLTextAreaElement>("#notice-text")?.value ?? told.notice;
    const copy = async (): Promise<void> => {
      await navigator.clipboard.writeText(text()).then(() => { this.copied = true; }, () => undefined);
    };
    return html`<details class="noticecard"><summary>${t.opening.notice}${told.sent.length ? html` <span class="tag ok">✓ ${t.opening.noticeSent}</span>` : nothing}</summary>
      <label class="sr" for="notice-text">${t.opening.notice}</label>
      <textarea id="notice-text" rows="8" maxlength="8000" .defaultValue=${told.sent.at(-1) ?? told.notice}></textarea>
      <div class="row"><button type="button" @click=${copy}>${icon(Copy)}${this.copied ? t.copied : t.copy}</button>
        <button type="button" @click=${() => printed(text())}>${icon(Printer)}${t.print}</button>
        <button type="button" @click=${() => this.room.send("notice", { text: text() }).then(() => this.load(), () => undefined)}>${t.opening.noticeSave}</button></div></details>`;
  }

  private remote(): TemplateResult {
    const lines = (this.room.views.ledger?.lines ?? []).filter((line) => !line.outside);
    const allowed = lines.filter((line) => line.remote_allowed);
    const listed = lines.filter((line) => line.remote_free && !line.remote_allowed && line.channel === "remote");
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const form = e.target as HTMLFormElement;
      const data = new FormData(form);
      this.room.order("allow_remote", { member: data.get("member"), allowed: true, reason: data.get("reason") }).then(() => { form.reset(); void this.load(); }, () => undefined);
    };
    return html`<details><summary>${t.opening.remote} (${allowed.length + listed.length})</summary><p class="soft small">${t.opening.remoteWhy}</p>
      <ul class="plainlist">${allowed.map((line) => html`<li class="row"><span class="grow">${line.name} <span class="soft small">– ${line.remote_reason}</span></span>
        <button class="small quiet" @click=${() => this.order("allow_remote", { member: line.member, allowed: false })}>${t.opening.remoteTake}</button></li>`)}
        ${listed.map((line) => html`<li class="row"><span class="grow">${line.name} <span class="soft small">– ${t.opening.remoteListed}</span></span>
        <button class="small quiet" @click=${() => this.order("allow_remote", { member: line.member, allowed: false })}>${t.opening.remoteRefuse}</button></li>`)}</ul>
      <form class="stack tight" @submit=${submit}><select name="member" required aria-label=${t.opening.remotePick}><option value="">${t.opening.remotePick}</option>
          ${lines.filter((line) => !line.remote_allowed).map((line) => html`<option value=${line.member}>${line.name}</option>`)}</select>
        <div class="field"><label for="remote-reason">${t.opening.remoteReason}</label><input id="remote-reason" name="reason" type="text" required maxlength="300" /></div>
        <div><button>${t.opening.remoteAllow}</button></div></form></details>`;
  }
}

/** On paper only the words, in a page of their own. */
function printed(text: string): void {
  const sheet = document.createElement("pre");
  sheet.className = "noticesheet";
  sheet.textContent = text;
  document.body.append(sheet);
  document.body.classList.add("printsnotice");
  print();
  document.body.classList.remove("printsnotice");
  sheet.remove();
}

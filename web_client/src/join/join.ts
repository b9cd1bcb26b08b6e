import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Copy, ExternalLink } from "lucide";
import "./entry.js";
import type { Choices } from "./entry.js";
import type { Invitation } from "../home/types.js";
import { t } from "../messages/vi.js";
import { banner, faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { practiceMark } from "../parts/practice.js";
import { go } from "../parts/route.js";
import { Screen } from "../parts/screen.js";
import { momentOf } from "../parts/time.js";
import { get, HttpFault, post } from "../protocol/http.js";
import { handOver } from "./handover.js";
import { plain } from "./plain.js";
import { chromeAddress, insideApp, onAndroid } from "./in_app.js";

/** From a link or the QR on the wall to the door of the room. */
@customElement("hcb-join")
export class Join extends Screen {
  @property() token = "";
  @state() private invitation: Invitation | null = null;
  @state() private fault: unknown = null;
  @state() private member = "";
  @state() private guest: string | null = null;
  @state() private chosen = false;
  @state() private search = "";
  @state() private copied = false;
  @state() private silent = false;
  @state() private phoneLoaded = false;
  private readonly app = insideApp(navigator.userAgent);

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.fault = null;
    try {
      this.invitation = await get<Invitation>(`/api/join/${encodeURIComponent(this.token)}`);
    } catch (fault) {
      this.fault = fault;
    }
  }

  private async enter(choices: Choices): Promise<void> {
    this.fault = null;
    const person = this.guest !== null ? { name: this.guest.trim() } : this.member ? { member: this.member } : {};
    try {
      const joined = await post<{ meeting: string }>("/api/join", { token: this.token, ...person });
      handOver(joined.meeting, choices);
      go(`/m/${encodeURIComponent(joined.meeting)}`);
    } catch (fault) {
      this.fault = fault;
    }
  }

  protected override render(): TemplateResult {
    const invitation = this.invitation;
    if (invitation?.microphone && !this.app) return this.phone(invitation);
    if (!invitation) return html`<main class="joinpage">${this.fault ? this.gone() : skeleton()}</main>`;
    return html`<main class="joinpage">
      <header class="where"><p class="soft">${invitation.cell_name}</p><h1 class="ruled">${invitation.title}</h1>${practiceMark(invitation.practice)}
        <p class="soft">${momentOf(invitation.starts_at)}${invitation.place ? html`<br />${invitation.place}` : nothing}</p></header>
      ${this.app && !this.silent ? this.outside(this.app) : this.steps(invitation)}
    </main>`;
  }

  /** Not a person's way in: the phone becomes one of the hall's microphones. */
  private phone(invitation: Invitation): TemplateResult {
    if (!this.phoneLoaded) void import("../hall/phone.js").then(() => { this.phoneLoaded = true; });
    return this.phoneLoaded ? html`<hcb-phone .token=${this.token} .invitation=${invitation}></hcb-phone>` : html`<main class="joinpage">${skeleton()}</main>`;
  }

  private gone(): TemplateResult {
    const gone = this.fault instanceof HttpFault && [403, 404, 410].includes(this.fault.status);
    if (!gone) return html`${faultBanner(this.fault, () => this.load())}`;
    return html`<div class="empty"><h1>${t.join.gone}</h1><p>${(this.fault as HttpFault).message || t.join.goneWhat}</p></div>`;
  }

  private outside(app: string): TemplateResult {
    const android = onAndroid(navigator.userAgent);
    const copy = async (): Promise<void> => {
      await navigator.clipboard?.writeText(location.href).catch(() => undefined);
      this.copied = true;
    };
    return html`<section class="card stack"><h2>${t.inApp.title(app)}</h2><p>${t.inApp.what(app)}</p>
      ${android ? html`<a class="button main wide" target="_blank" href=${chromeAddress(location.href)}>${icon(ExternalLink)}${t.inApp.chrome}</a>` : nothing}
      <p>${android ? t.inApp.android : t.inApp.ios}</p>
      <button class="wide" @click=${copy}>${icon(Copy)}${t.inApp.copy}</button>
      ${this.copied ? banner("ok", t.inApp.copied) : nothing}
      <input type="text" readonly aria-label=${t.inApp.copy} .value=${location.href} @focus=${(e: Event) => (e.target as HTMLInputElement).select()} />
      ${this.invitation?.microphone ? nothing : html`<button class="quiet" @click=${() => { this.silent = true; }}>${t.inApp.onward}</button>`}
    </section>`;
  }

  private steps(invitation: Invitation): TemplateResult {
    if (invitation.wall && !this.chosen) return this.guest === null ? this.names(invitation) : this.guestForm();
    const name = invitation.you?.name ?? this.guest ?? invitation.names.find((n) => n.member === this.member)?.name ?? "";
    return html`<div class="stack tight"><p class="who">${t.join.you(name)}</p>
        ${invitation.wall
          ? html`<button class="quiet" @click=${() => { this.chosen = false; }}>${t.join.toList}</button>`
          : html`<p class="soft small">${t.join.notYou}</p>`}</div>
      ${faultBanner(this.fault)}
      <hcb-entry .silent=${this.silent} .seat=${invitation.wall || this.silent ? "hall" : ""}
        @enter=${(e: CustomEvent<Choices>) => this.enter(e.detail)}></hcb-entry>`;
  }

  private names(invitation: Invitation): TemplateResult {
    const wanted = plain(this.search);
    const shown = invitation.names.filter((name) => plain(name.name).includes(wanted));
    const pick = (member: string): void => {
      this.member = member;
      this.chosen = true;
    };
    return html`<h2>${t.join.who}</h2>
      <div class="field"><label for="find">${t.join.find}</label>
        <input id="find" type="search" .value=${this.search} @input=${(e: Event) => { this.search = (e.target as HTMLInputElement).value; }} /></div>
      <div class="names">${shown.map((name) => html`<button @click=${() => pick(name.member)}>${name.name}</button>`)}</div>
      <button class="quiet" @click=${() => { this.guest = ""; }}>${t.join.notListed}</button>`;
  }

  private guestForm(): TemplateResult {
    return html`<form class="stack" @submit=${(e: Event) => { e.preventDefault(); this.chosen = true; this.member = ""; }}>
      <div class="field"><label for="guest">${t.join.guestName}</label>
        <input id="guest" type="text" required maxlength="80" autocomplete="name" .value=${this.guest ?? ""}
          @input=${(e: Event) => { this.guest = (e.target as HTMLInputElement).value; }} /></div>
      <button class="main wide">${t.join.next}</button>
      <button type="button" class="quiet" @click=${() => { this.guest = null; }}>${t.join.toList}</button>
    </form>`;
  }
}

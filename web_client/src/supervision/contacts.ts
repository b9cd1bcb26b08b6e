import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Pencil } from "lucide";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { Screen } from "../parts/screen.js";
import { post } from "../protocol/http.js";

interface Contact {
  cell: string;
  cell_name: string;
  parent_name: string;
  leader: string;
  phone: string;
  follower: string;
  follower_phone: string;
}

/** Who follows each cell, and the phones; entered by the clerk. */
@customElement("hcb-contacts")
export class Contacts extends Screen {
  @state() private one: Contact | null = null;
  @state() private refusal: unknown = null;
  private name = "";
  private readonly asked = new Asked<{ contacts: Contact[] }>(this, () => `/api/supervision/contacts?name=${encodeURIComponent(this.name)}`);

  private readonly save = async (e: SubmitEvent): Promise<void> => {
    e.preventDefault();
    const form = new FormData(e.target as HTMLFormElement);
    const one = this.one;
    if (!one) return;
    const word = (key: string): string => String(form.get(key) ?? "").normalize("NFC").trim();
    const change: Record<string, string> = {};
    if (word("follower") !== one.follower) change.follower = word("follower");
    if (word("follower_phone") !== one.follower_phone) change.follower_phone = word("follower_phone");
    if (one.leader && word("phone") !== one.phone) change.phone = word("phone");
    this.refusal = null;
    try {
      const made = await post<Contact>(`/api/supervision/contacts/${encodeURIComponent(one.cell)}`, change);
      this.asked.set({ contacts: (this.asked.answer?.contacts ?? []).map((other) => (other.cell === made.cell ? made : other)) });
      this.one = null;
    } catch (fault) {
      this.refusal = fault;
    }
  };

  protected override render(): TemplateResult {
    const all = this.asked.answer?.contacts;
    return html`<div class="stack"><div class="field short"><label for="contact-name">${t.supervision.find}</label><input id="contact-name" type="search" maxlength="100" @change=${(e: Event) => { this.name = (e.target as HTMLInputElement).value; void this.asked.again(); }} /></div>
      ${this.asked.state()}${empty(all, t.contacts.none)}
      ${all?.length ? html`<div tabindex="0" class="tablewrap"><table><thead><tr><th>${t.supervision.cell}</th><th>${t.contacts.leader}</th><th>${t.contacts.phone}</th><th>${t.contacts.follower}</th><th>${t.contacts.followerPhone}</th><th></th></tr></thead><tbody>
        ${all.map((one) => html`<tr><th scope="row">${one.cell_name}<span class="soft small block">${one.parent_name}</span></th><td>${one.leader || html`<span class="soft">${t.contacts.noLeader}</span>`}</td><td class="num">${one.phone}</td><td>${one.follower}</td><td class="num">${one.follower_phone}</td>
          <td><button class="small" aria-label=${`${t.contacts.edit}: ${one.cell_name}`} @click=${() => { this.refusal = null; this.one = one; }}>${icon(Pencil, 20)}${t.contacts.edit}</button></td></tr>`)}</tbody></table></div>` : nothing}</div>
      ${modal(this.one !== null, this.one?.cell_name ?? "", () => this.form(this.one), () => { this.one = null; })}`;
  }

  private form(one: Contact | null): TemplateResult {
    if (!one) return html``;
    const field = (key: "follower" | "follower_phone" | "phone", words: string, phone: boolean): TemplateResult => html`<div class="field"><label for="c-${key}">${words}</label>
      <input id="c-${key}" name=${key} type="text" inputmode=${phone ? "tel" : "text"} maxlength=${phone ? 40 : 200} .value=${one[key]} /></div>`;
    return html`<form class="stack" @submit=${this.save}>${field("follower", t.contacts.follower, false)}${field("follower_phone", t.contacts.followerPhone, true)}${one.leader ? field("phone", `${t.contacts.phone}: ${one.leader}`, true) : nothing}
      ${faultBanner(this.refusal)}<div class="actions"><button type="button" class="quiet" @click=${() => { this.one = null; }}>${t.cancel}</button><button class="main">${t.contacts.save}</button></div></form>`;
  }
}

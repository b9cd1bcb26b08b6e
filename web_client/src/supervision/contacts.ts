import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Pencil } from "lucide";
import { t } from "../messages/vi.js";
import { faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { Screen } from "../parts/screen.js";
import { get, post } from "../protocol/http.js";

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
  @state() private all: Contact[] | null = null;
  @state() private name = "";
  @state() private one: Contact | null = null;
  @state() private fault: unknown = null;
  @state() private refusal: unknown = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.fault = null;
    const name = this.name;
    try {
      const { contacts } = await get<{ contacts: Contact[] }>(`/api/supervision/contacts?name=${encodeURIComponent(name)}`);
      if (name === this.name) this.all = contacts;
    } catch (fault) {
      this.fault = fault;
    }
  }

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
      this.all = this.all?.map((other) => (other.cell === made.cell ? made : other)) ?? null;
      this.one = null;
    } catch (fault) {
      this.refusal = fault;
    }
  };

  protected override render(): TemplateResult {
    return html`<div class="stack"><div class="field short"><label for="contact-name">${t.supervision.find}</label><input id="contact-name" type="search" maxlength="100" .value=${this.name} @change=${(e: Event) => { this.name = (e.target as HTMLInputElement).value; void this.load(); }} /></div>
      ${faultBanner(this.fault, () => this.load())}${!this.all && !this.fault ? skeleton() : nothing}${this.all?.length === 0 ? html`<p>${t.contacts.none}</p>` : nothing}
      ${this.all?.length ? html`<div tabindex="0" class="tablewrap"><table><thead><tr><th>${t.supervision.cell}</th><th>${t.contacts.leader}</th><th>${t.contacts.phone}</th><th>${t.contacts.follower}</th><th>${t.contacts.followerPhone}</th><th></th></tr></thead><tbody>
        ${this.all.map((one) => html`<tr><th scope="row">${one.cell_name}<span class="soft small block">${one.parent_name}</span></th><td>${one.leader || html`<span class="soft">${t.contacts.noLeader}</span>`}</td><td class="num">${one.phone}</td><td>${one.follower}</td><td class="num">${one.follower_phone}</td>
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

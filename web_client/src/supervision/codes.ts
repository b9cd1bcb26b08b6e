import { html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { KeyRound, Printer } from "lucide";
import "../styles/admin.css";
import "../styles/supervision.css";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { momentOf } from "../parts/time.js";
import { post } from "../protocol/http.js";
import { SupervisionPage } from "./section.js";

interface Account {
  id: string;
  name: string;
  person: string;
  cell_name: string;
}

/** A printed code for somebody of a cell below who lost the password. */
@customElement("hcb-codes")
export class Codes extends SupervisionPage {
  @state() private code: (Account & { code: string; expires_at: number }) | null = null;
  @state() private fault: unknown = null;
  private name = "";
  private readonly asked = new Asked<{ accounts: Account[] }>(this, () => `/api/supervision/accounts?name=${encodeURIComponent(this.name)}`);

  private async print(account: Account): Promise<void> {
    this.fault = null;
    try {
      this.code = { ...account, ...(await post<{ code: string; expires_at: number }>(`/api/supervision/accounts/${encodeURIComponent(account.id)}/code`)) };
    } catch (fault) {
      this.fault = fault;
    }
  }

  protected override render(): TemplateResult {
    const accounts = this.asked.answer?.accounts;
    return this.page(t.codes.title, html`<p class="soft">${t.codes.what}</p>
      <div class="field short"><label for="code-name">${t.codes.find}</label><input id="code-name" type="search" maxlength="100" @change=${(e: Event) => { this.name = (e.target as HTMLInputElement).value.trim(); void this.asked.again(); }} /></div>
      ${this.asked.state()}${faultBanner(this.fault)}${empty(accounts, t.codes.none)}
      <ul class="plainlist stack tight">${accounts?.map((one) => html`<li class="card row"><div class="grow"><p class="strong">${one.person}</p><p class="soft small">${one.cell_name} · <code>${one.name}</code></p></div>
        <button aria-label=${`${t.codes.print}: ${one.person}`} @click=${() => this.print(one)}>${icon(KeyRound)}${t.codes.print}</button></li>`)}</ul>
      ${modal(this.code !== null, t.admin.codeTitle, () => this.paper(), () => { this.code = null; })}`);
  }

  private paper(): TemplateResult {
    const code = this.code;
    if (!code) return html``;
    return html`<div class="codepaper"><p class="strong">${code.person}</p><p>${code.cell_name}</p><p>${t.admin.name}: <code>${code.name}</code></p><p class="code">${code.code}</p>
      <p class="soft small">${t.admin.until(momentOf(code.expires_at))}</p><p class="soft small">${location.origin}</p></div>
      <p>${t.admin.codeWhat}</p><div class="actions noprint"><button @click=${() => print()}>${icon(Printer)}${t.print}</button><button class="main" @click=${() => { this.code = null; }}>${t.close}</button></div>`;
  }
}

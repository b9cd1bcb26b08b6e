import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { KeyRound, Lock, LockOpen, Printer, UserPlus } from "lucide";
import "../styles/admin.css";
import type { Cell } from "../home/types.js";
import { t } from "../messages/vi.js";
import { faultBanner, skeleton } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { Screen } from "../parts/screen.js";
import { momentOf } from "../parts/time.js";
import { get, patch, post } from "../protocol/http.js";

interface Account {
  id: string;
  name: string;
  person: string;
  cell_name: string;
  administrator: boolean;
  upper_viewer: boolean;
  disabled: boolean;
}

interface Code {
  account: string;
  person: string;
  code: string;
  expires_at?: number;
}

/** Accounts belong to people; a printed code lets its holder in once. */
@customElement("hcb-accounts")
export class Accounts extends Screen {
  @state() private accounts: Account[] | null = null;
  @state() private cells: { id: string; name: string; level: string }[] = [];
  @state() private members: Cell["members"] = [];
  @state() private fault: unknown = null;
  @state() private refusal: unknown = null;
  @state() private adding = false;
  @state() private code: Code | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.fault = null;
    try {
      this.accounts = (await get<{ accounts: Account[] }>("/api/accounts")).accounts;
      this.cells = (await get<{ cells: { id: string; name: string; level: string }[] }>("/api/cells")).cells;
    } catch (fault) {
      this.fault = fault;
    }
  }

  private async add(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const word = (key: string): string => String(form.get(key) ?? "").trim();
    const member = word("member");
    const body = { name: word("name"), person: word("person"), ...(word("cell") ? { cell: word("cell") } : {}), ...(member ? { member } : {}), administrator: form.has("administrator"), upper_viewer: form.has("upper_viewer") };
    this.refusal = null;
    try {
      const made = await post<{ id: string; code: string; expires_at?: number }>("/api/accounts", body);
      this.adding = false;
      this.code = { account: body.name, person: body.person, code: made.code, expires_at: made.expires_at };
      await this.load();
    } catch (fault) {
      this.refusal = fault;
    }
  }

  private async print(account: Account): Promise<void> {
    try {
      const made = await post<{ code: string; expires_at: number }>(`/api/accounts/${encodeURIComponent(account.id)}/code`);
      this.code = { account: account.name, person: account.person, ...made };
    } catch (fault) {
      this.fault = fault;
    }
  }

  private async lock(account: Account): Promise<void> {
    try {
      await patch(`/api/accounts/${encodeURIComponent(account.id)}`, { disabled: !account.disabled });
      await this.load();
    } catch (fault) {
      this.fault = fault;
    }
  }

  private async pickCell(cell: string): Promise<void> {
    const holdsMembers = this.cells.some((one) => one.id === cell && one.level === "cell");
    this.members = holdsMembers ? (await get<Cell>(`/api/cells/${encodeURIComponent(cell)}`)).members : [];
  }

  protected override render(): TemplateResult {
    return html`<main class="page stack"><div class="row between"><h1 class="ruled">${t.admin.title}</h1><button class="main" @click=${() => { this.adding = true; }}>${icon(UserPlus)}${t.admin.add}</button></div>
      <p class="soft">${t.admin.what}</p>${faultBanner(this.fault, () => this.load())}
      ${!this.accounts && !this.fault ? skeleton() : nothing}
      ${this.accounts?.length === 0 ? html`<div class="empty card"><p>${t.admin.empty}</p></div>` : nothing}
      ${this.accounts?.length ? this.table(this.accounts) : nothing}
      ${modal(this.adding, t.admin.add, () => this.form(), () => { this.adding = false; })}
      ${modal(this.code !== null, t.admin.codeTitle, () => this.paper(), () => { this.code = null; })}</main>`;
  }

  private table(accounts: Account[]): TemplateResult {
    return html`<div tabindex="0" class="tablewrap card flat"><table class="stacked"><thead><tr><th>${t.admin.person}</th><th>${t.admin.name}</th><th>${t.admin.cell}</th><th>${t.admin.rights}</th><th></th></tr></thead><tbody>
      ${accounts.map((one) => html`<tr><td>${one.person}</td><td><code>${one.name}</code></td><td>${one.cell_name}</td>
        <td>${one.administrator ? html`<span class="tag">${t.admin.administrator}</span> ` : nothing}${one.upper_viewer ? html`<span class="tag">${t.admin.viewer}</span> ` : nothing}${one.disabled ? html`<span class="tag off">${t.admin.locked}</span>` : nothing}</td>
        <td><div class="row"><button class="small" @click=${() => this.print(one)}>${icon(KeyRound, 20)}${t.admin.code}</button>
          <button class="small quiet" @click=${() => this.lock(one)}>${icon(one.disabled ? LockOpen : Lock, 20)}${one.disabled ? t.admin.unlock : t.admin.lock}</button></div></td></tr>`)}</tbody></table></div>`;
  }

  private form(): TemplateResult {
    return html`<form class="stack" @submit=${this.add}>
      <div class="field"><label for="acc-person">${t.admin.person}</label><input id="acc-person" name="person" type="text" required maxlength="200" /></div>
      <div class="field"><label for="acc-name">${t.admin.name}</label><input id="acc-name" name="name" type="text" required maxlength="60" autocapitalize="none" /></div>
      <div class="field"><label for="acc-cell">${t.admin.cell}</label><select id="acc-cell" name="cell" @change=${(e: Event) => this.pickCell((e.target as HTMLSelectElement).value)}><option value="">${t.admin.noCell}</option>
        ${this.cells.map((one) => html`<option value=${one.id}>${one.name}</option>`)}</select></div>
      ${this.members.length ? html`<div class="field"><label for="acc-member">${t.admin.member}</label><select id="acc-member" name="member"><option value="">${t.admin.noMember}</option>
        ${this.members.map((one) => html`<option value=${one.member}>${one.name}</option>`)}</select></div>` : nothing}
      <label class="check"><input type="checkbox" name="administrator" />${t.admin.administrator}</label><label class="check"><input type="checkbox" name="upper_viewer" />${t.admin.viewer}</label>
      ${faultBanner(this.refusal)}<div class="actions"><button type="button" class="quiet" @click=${() => { this.adding = false; }}>${t.cancel}</button><button class="main">${t.admin.add}</button></div></form>`;
  }

  private paper(): TemplateResult {
    const code = this.code;
    return html`<div class="codepaper"><p class="strong">${code?.person}</p><p>${t.admin.name}: <code>${code?.account}</code></p><p class="code">${code?.code}</p>
      ${code?.expires_at ? html`<p class="soft small">${t.admin.until(momentOf(code.expires_at))}</p>` : nothing}<p class="soft small">${location.origin}</p></div>
      <p>${t.admin.codeWhat}</p><div class="actions noprint"><button @click=${() => print()}>${icon(Printer)}${t.print}</button><button class="main" @click=${() => { this.code = null; }}>${t.close}</button></div>`;
  }
}

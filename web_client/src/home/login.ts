import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { faultBanner } from "../parts/banner.js";
import { Screen } from "../parts/screen.js";
import { post } from "../protocol/http.js";
import type { Me } from "./types.js";

@customElement("hcb-login")
export class Login extends Screen {
  @state() private byCode = false;
  @state() private busy = false;
  @state() private fault: unknown = null;

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const word = (key: string): string => String(form.get(key) ?? "").normalize("NFC");
    this.busy = true;
    this.fault = null;
    try {
      const me = this.byCode
        ? await post<Me>("/api/recover", { code: word("code").trim(), password: word("password") })
        : await post<Me>("/api/login", { name: word("name").trim(), password: word("password") });
      this.dispatchEvent(new CustomEvent("signed-in", { detail: me, bubbles: true }));
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  protected override render(): TemplateResult {
    return html`<main class="page narrow stack wide-gap">
      <header class="stack tight"><h1 class="ruled">${t.name}</h1><p class="soft">${t.login.intro}</p></header>
      <form class="card stack" @submit=${this.submit}>
        <h2>${this.byCode ? t.login.byCode : t.login.title}</h2>
        ${this.byCode
          ? html`<div class="field"><label for="code">${t.login.code}</label>
              <input id="code" name="code" type="text" required autocomplete="one-time-code" autocapitalize="characters" />
              <small class="soft">${t.login.codeHint}</small></div>`
          : html`<div class="field"><label for="name">${t.login.account}</label>
              <input id="name" name="name" type="text" required autocomplete="username" autocapitalize="none" /></div>`}
        <div class="field"><label for="password">${this.byCode ? t.login.newPassword : t.login.password}</label>
          <input id="password" name="password" type="password" required minlength=${this.byCode ? 10 : nothing}
            autocomplete=${this.byCode ? "new-password" : "current-password"} /></div>
        ${faultBanner(this.fault)}
        <button class="main wide" ?disabled=${this.busy}>${this.busy ? t.wait : this.byCode ? t.login.recover : t.login.enter}</button>
        <button type="button" class="quiet" @click=${() => { this.byCode = !this.byCode; this.fault = null; }}>
          ${this.byCode ? t.login.back : t.login.forgot}</button>
      </form>
      <p class="soft">${t.login.members}</p>
      <p class="soft small"><a href="/verify">${t.nav.verifyLong}</a> · <a href="/trust">${t.nav.trust}</a></p>
    </main>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Download, ShieldCheck } from "lucide";
import "../styles/admin.css";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { qr } from "../parts/qr.js";
import { sketch } from "./trust_pictures.js";
import { get } from "../protocol/http.js";
import { Screen } from "../parts/screen.js";

/** How a device comes to trust this server's own authority, and how it stops to. */
@customElement("hcb-trust")
export class Trust extends Screen {
  @state() private own: { own: boolean; fingerprint: string } | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    get<{ own: boolean; fingerprint: string }>("/api/trust").then((told) => { this.own = told; }, () => undefined);
  }

  protected override render(): TemplateResult {
    if (this.own && !this.own.own) return html`<main class="page stack"><h1 class="ruled">${t.trust.title}</h1>${banner("ok", t.trust.notOwn)}</main>`;
    return html`<main class="page stack trust"><h1 class="ruled">${icon(ShieldCheck, 32)} ${t.trust.title}</h1><p>${t.trust.why}</p>
      ${banner("info", t.trust.limit)}
      <div class="row"><a class="button main" href="/trust/ca.pem" download="hopchibo-ca.pem">${icon(Download)}${t.trust.get}</a>${qr(`${location.origin}/trust`, t.trust.title, 140)}</div>
      <p class="soft">${t.trust.check}</p>${this.own?.fingerprint ? html`<p>${t.trust.fingerprint}: <code>${this.own.fingerprint}</code></p>` : nothing}
      <div class="cards">${t.trust.steps.map(([device, steps, removal, pictures]) => html`<section class="card stack tight"><h2>${device}</h2>
        <ol>${steps.map((step, n) => html`<li>${step}${pictures[n] ? html`<div>${sketch(device.includes("(Chrome)") || device.includes("Safari") ? "phone" : "window", pictures[n])}</div>` : nothing}</li>`)}</ol>
        <details><summary>${t.trust.remove}</summary><p>${removal}</p></details></section>`)}</div></main>`;
  }
}

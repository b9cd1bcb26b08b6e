import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { faultBanner } from "../parts/banner.js";
import { dayOf, timeOf } from "../parts/time.js";
import { ArchivePage } from "./section.js";

interface Look {
  at: number;
  name: string;
  action: string;
  detail: string;
}

interface Consent {
  at: number;
  title: string;
  name: string;
  informed: boolean;
  notice: string;
}

/** Who opened what of the cell's contents, and who was told of recording. */
@customElement("hcb-looks")
export class Looks extends ArchivePage {
  private readonly looks = new Asked<{ looks: Look[] }>(this, () => `${this.cell}/looks`);
  private readonly consents = new Asked<{ consents: Consent[] }>(this, () => `${this.cell}/consents`);

  protected override render(): TemplateResult {
    const looks = this.looks.answer?.looks, consents = this.consents.answer?.consents;
    return this.page(t.looks.title, html`<p class="soft">${t.looks.what}</p>${this.looks.state()}
      ${empty(looks, t.looks.none)}
      ${looks?.length ? html`<div tabindex="0" class="tablewrap card flat"><table><thead><tr><th>${t.looks.at}</th><th>${t.looks.who}</th><th>${t.looks.action}</th><th>${t.looks.detail}</th></tr></thead><tbody>
        ${looks.map((one) => html`<tr><td class="num">${timeOf(one.at)} ${dayOf(one.at)}</td><td>${one.name}</td><td>${one.action}</td><td>${one.detail}</td></tr>`)}</tbody></table></div>` : nothing}
      ${faultBanner(this.consents.fault, this.consents.again)}${consents?.length ? html`<section class="stack tight"><h2>${t.looks.consents}</h2><p class="soft">${t.looks.consentsWhat}</p>
        <div tabindex="0" class="tablewrap card flat"><table><thead><tr><th>${t.looks.at}</th><th>${t.looks.who}</th><th>${t.looks.meeting}</th><th>${t.looks.notice}</th></tr></thead><tbody>
        ${consents.map((one) => html`<tr><td class="num">${timeOf(one.at)} ${dayOf(one.at)}</td><td>${one.name}</td><td>${one.title}</td><td>${one.informed ? `${t.looks.told}${one.notice ? ` (${one.notice})` : ""}` : t.looks.untold}</td></tr>`)}</tbody></table></div></section>` : nothing}`);
  }
}

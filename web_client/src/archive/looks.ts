import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { faultBanner, skeleton } from "../parts/banner.js";
import { dayOf, timeOf } from "../parts/time.js";
import { get } from "../protocol/http.js";
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
  @state() private looks: Look[] | null = null;
  @state() private consents: Consent[] = [];
  @state() private fault: unknown = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    this.fault = null;
    try {
      [this.looks, this.consents] = await Promise.all([
        get<{ looks: Look[] }>(`${this.cell}/looks`).then((answer) => answer.looks),
        get<{ consents: Consent[] }>(`${this.cell}/consents`).then((answer) => answer.consents),
      ]);
    } catch (fault) {
      this.fault = fault;
    }
  }

  protected override render(): TemplateResult {
    const looks = this.looks;
    return this.page(t.looks.title, html`<p class="soft">${t.looks.what}</p>${faultBanner(this.fault, () => this.load())}${!looks && !this.fault ? skeleton() : nothing}
      ${looks?.length === 0 ? html`<div class="empty card"><p>${t.looks.none}</p></div>` : nothing}
      ${looks?.length ? html`<div tabindex="0" class="tablewrap card flat"><table><thead><tr><th>${t.looks.at}</th><th>${t.looks.who}</th><th>${t.looks.action}</th><th>${t.looks.detail}</th></tr></thead><tbody>
        ${looks.map((one) => html`<tr><td class="num">${timeOf(one.at)} ${dayOf(one.at)}</td><td>${one.name}</td><td>${one.action}</td><td>${one.detail}</td></tr>`)}</tbody></table></div>` : nothing}
      ${this.consents.length ? html`<section class="stack tight"><h2>${t.looks.consents}</h2><p class="soft">${t.looks.consentsWhat}</p>
        <div tabindex="0" class="tablewrap card flat"><table><thead><tr><th>${t.looks.at}</th><th>${t.looks.who}</th><th>${t.looks.meeting}</th><th>${t.looks.notice}</th></tr></thead><tbody>
        ${this.consents.map((one) => html`<tr><td class="num">${timeOf(one.at)} ${dayOf(one.at)}</td><td>${one.name}</td><td>${one.title}</td><td>${one.informed ? `${t.looks.told}${one.notice ? ` (${one.notice})` : ""}` : t.looks.untold}</td></tr>`)}</tbody></table></div></section>` : nothing}`);
  }
}

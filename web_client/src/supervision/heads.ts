import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import "../styles/supervision.css";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { banner } from "../parts/banner.js";
import { momentOf } from "../parts/time.js";
import { SupervisionPage } from "./section.js";

interface Installation {
  key: string;
  name: string;
  size: number;
  at: number;
  received_at: number;
  refused: { at: number; size: number; says: string }[];
}

/** What the servers below handed up of their logs of sealed records; one that contradicts itself stands first. */
@customElement("hcb-heads")
export class Heads extends SupervisionPage {
  private readonly asked = new Asked<{ installations: Installation[] }>(this, () => "/api/supervision/heads");

  protected override render(): TemplateResult {
    const all = this.asked.answer?.installations.sort((a, b) => b.refused.length - a.refused.length);
    return this.page(t.heads.title, html`<p class="soft">${t.heads.what}</p>${this.asked.state()}
      ${empty(all, t.heads.none)}
      <ul class="plainlist stack tight">${all?.map((one) => this.installation(one))}</ul>`);
  }

  private installation(one: Installation): TemplateResult {
    const last = one.refused.at(-1);
    return html`<li class="card stack tight"><h2>${one.name}</h2><p>${t.heads.newest(one.size, momentOf(one.at))}</p>
      <p class="soft small">${t.heads.came(momentOf(one.received_at))} · ${t.heads.key} <code>${one.key}</code></p>
      ${last ? banner("error", html`<p class="strong">${t.heads.refused(one.refused.length, momentOf(last.at))}</p><p>${last.says}</p>`) : html`<p>${t.heads.fits}</p>`}</li>`;
  }
}

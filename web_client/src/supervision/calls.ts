import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { Printer } from "lucide";
import "../styles/supervision.css";
import { t } from "../messages/vi.js";
import { Asked, empty } from "../parts/asked.js";
import { icon } from "../parts/icon.js";
import { dayOf, momentOf } from "../parts/time.js";
import { SupervisionPage } from "./section.js";

interface Call {
  cell: string;
  cell_name: string;
  parent_name: string;
  why: string;
  leader: string;
  phone: string;
  followers: string[];
  planned_at: number | null;
}

/** One sheet of whom to phone today, to be printed. */
@customElement("hcb-calls")
export class Calls extends SupervisionPage {
  private readonly asked = new Asked<{ calls: Call[] }>(this, () => "/api/supervision/calls");

  protected override render(): TemplateResult {
    const every = this.asked.answer?.calls;
    const calls = this.within(every);
    return this.page(`${t.calls.title} · ${dayOf(Date.now())}`, html`<p class="soft noprint">${t.calls.what}</p>${this.choice(every)}${this.asked.state()}
      ${empty(calls, t.calls.none)}
      ${calls?.length ? html`<div class="noprint"><button class="main" @click=${() => print()}>${icon(Printer)}${t.calls.print}</button></div>
        <div tabindex="0" class="tablewrap card flat"><table class="calls"><thead><tr><th>#</th><th>${t.supervision.cell}</th><th>${t.calls.why}</th><th>${t.calls.leader}</th><th>${t.calls.phone}</th><th>${t.calls.follower}</th><th class="onlyprint">${t.calls.result}</th></tr></thead><tbody>
        ${calls.map((one, n) => html`<tr><td class="num">${n + 1}</td><th scope="row">${one.cell_name}<span class="soft small block">${one.parent_name}</span></th><td>${one.why}${one.planned_at ? html`<span class="soft small block">${t.calls.planned(momentOf(one.planned_at))}</span>` : nothing}</td>
          <td>${one.leader}</td><td class="num">${one.phone ? html`<a href=${`tel:${one.phone.replace(/[^0-9+]/g, "")}`}>${one.phone}</a>` : nothing}</td><td>${one.followers.join(", ")}</td><td class="onlyprint"></td></tr>`)}</tbody></table></div>` : nothing}`);
  }
}

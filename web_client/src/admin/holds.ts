import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { ShieldCheck } from "lucide";
import "../parts/heads_sheet.js";
import "../styles/admin.css";
import { t } from "../messages/vi.js";
import { Asked } from "../parts/asked.js";
import { faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { Screen } from "../parts/screen.js";
import { dayOf, timeOf } from "../parts/time.js";
import { post } from "../protocol/http.js";

interface Named {
  meeting: string;
  title: string;
  cell_name: string;
  starts_at: number | null;
}

interface Holds {
  held: (Named & { since: number; reason: string })[];
  due: (Named & { bodies: number; sound: boolean; files: number })[];
  erased: (Named & { at: number; action: string; bodies: number; sound: boolean; files: number })[];
  sealed: Named[];
}

/** What is kept back, what goes next, what went: names and numbers only. */
@customElement("hcb-holds")
export class HoldsPage extends Screen {
  @state() private adding = false;
  @state() private fault: unknown = null;
  @state() private refusal: unknown = null;
  private readonly asked = new Asked<Holds>(this, () => "/api/holds");

  private async change(body: { meeting: string; reason?: string; lift?: boolean }): Promise<void> {
    this.fault = this.refusal = null;
    try {
      await post("/api/holds", body);
      this.adding = false;
      await this.asked.again();
    } catch (fault) {
      if (this.adding) this.refusal = fault;
      else this.fault = fault;
    }
  }

  protected override render(): TemplateResult {
    const data = this.asked.answer;
    const name = (one: Named): TemplateResult => html`<span class="strong">${one.title || one.meeting}</span> <span class="soft small block">${one.cell_name}${one.starts_at ? ` · ${dayOf(one.starts_at)}` : ""}</span>`;
    return html`<main class="page stack"><div class="row between"><h1 class="ruled">${t.holds.title}</h1><button class="main" @click=${() => { this.adding = true; this.refusal = null; }}>${icon(ShieldCheck)}${t.holds.add}</button></div><p class="soft">${t.holds.what}</p>
      ${faultBanner(this.fault)}${this.asked.state()}
      ${data ? html`<section class="stack tight"><h2>${t.holds.held}</h2>${data.held.length ? nothing : html`<p>${t.holds.noneHeld}</p>`}<ul class="plainlist stack tight">${data.held.map((one) => html`<li class="card row"><div class="grow">${name(one)}<p>${one.reason} <span class="soft small">${t.holds.since(dayOf(one.since))}</span></p></div>
          <button @click=${() => this.change({ meeting: one.meeting, lift: true })}>${t.holds.lift}</button></li>`)}</ul></section>
        <section class="stack tight"><h2>${t.holds.due}</h2>${data.due.length ? nothing : html`<p>${t.holds.noneDue}</p>`}<ul class="plainlist stack tight">${data.due.map((one) => html`<li class="card row"><div class="grow">${name(one)}<p>${t.holds.bodies(one.bodies, one.sound, one.files)}</p></div></li>`)}</ul></section>
        <section class="stack tight"><h2>${t.holds.past}</h2>${data.erased.length ? nothing : html`<p>${t.holds.nonePast}</p>`}<ul class="plainlist stack tight">${data.erased.map((one) => html`<li class="card row"><div class="grow">${name(one)}<p><span class="num soft small">${timeOf(one.at)} ${dayOf(one.at)}</span> ${t.holds.actions[one.action] ?? one.action} ${t.holds.bodies(one.bodies, one.sound, one.files)}</p></div></li>`)}</ul></section>` : nothing}
      <hcb-heads-sheet></hcb-heads-sheet>
      ${modal(this.adding, t.holds.add, () => this.form(), () => { this.adding = false; })}</main>`;
  }

  private form(): TemplateResult {
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const form = new FormData(e.target as HTMLFormElement);
      void this.change({ meeting: String(form.get("meeting") ?? ""), reason: String(form.get("reason") ?? "") });
    };
    return html`<form class="stack" @submit=${submit}><div class="field"><label for="hold-meeting">${t.holds.meeting}</label><select id="hold-meeting" name="meeting" required>
        ${this.asked.answer?.sealed.map((one) => html`<option value=${one.meeting}>${one.cell_name} · ${one.title}${one.starts_at ? ` · ${dayOf(one.starts_at)}` : ""}</option>`)}</select></div>
      <div class="field"><label for="hold-reason">${t.holds.reason}</label><input id="hold-reason" name="reason" type="text" required maxlength="500" /></div>
      ${faultBanner(this.refusal)}<div class="actions"><button type="button" class="quiet" @click=${() => { this.adding = false; }}>${t.cancel}</button><button class="main">${t.holds.save}</button></div></form>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Check, Circle, CircleDashed, Lock, Play, Plus } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { typedTag } from "../parts/paper.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Room } from "../views/room.js";
import type { AgendaItem } from "../views/types.js";

/** Only then may a secret item be opened, and never in an online meeting; the server refuses otherwise. */
export function nobodyRemote(room: Room): boolean {
  return room.views.meeting?.mode !== "online" && !room.views.people?.some((one) => one.admitted && one.seat === "remote");
}

const SIGNS = { waiting: CircleDashed, now: Play, concluded: Check, open: Circle };

@customElement("hcb-agenda")
export class AgendaList extends RoomScreen {
  @state() private adding = false;

  protected override render(): TemplateResult {
    const items = this.room.views.agenda?.items ?? [];
    return html`<section class="card stack tight">
      <h2>${t.agenda.title}</h2>
      ${items.length ? nothing : html`<p class="soft">${t.agenda.empty}</p>`}
      <ol class="plainlist agenda">${items.map((item, n) => this.item(item, n + 1))}</ol>
      ${this.room.views.meeting?.state === "open" ? this.add() : nothing}
    </section>`;
  }

  private item(item: AgendaItem, n: number): TemplateResult {
    const startable = this.room.views.meeting?.state === "open" && item.state !== "now" && (!item.secret || nobodyRemote(this.room));
    return html`<li class="agendaitem ${item.state}" aria-current=${item.state === "now" ? "step" : nothing}>
      <div class="row top">${icon(SIGNS[item.state], 22)}<div class="grow"><span class=${item.state === "now" ? "strong" : ""}>${n}. ${item.title}</span>
        <span class="soft small block">${t.agenda[item.state]}${item.presenter ? ` · ${item.presenter}` : ""}${typedTag(item.typed)}</span>
        ${item.secret ? html`<span class="tag doubt">${icon(Lock, 18)}${t.agenda.secret}</span>
          ${startable || item.state !== "waiting" ? nothing : html`<span class="soft small block">${t.agenda.secretWhy}</span>`}` : nothing}
        ${startable ? html`<button class="small quiet" @click=${() => this.start(item.id)}>${item.state === "waiting" ? t.agenda.start : t.agenda.resume}</button>` : nothing}
      </div></div></li>`;
  }

  private start(item: string, title = ""): void {
    this.room.order("start_item", { item, title }).catch(() => undefined);
  }

  private add(): TemplateResult {
    if (!this.adding) return html`<button class="quiet" @click=${() => { this.adding = true; }}>${icon(Plus)}${t.agenda.add}</button>`;
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const title = String(new FormData(e.target as HTMLFormElement).get("title") ?? "").trim();
      if (title) this.start("", title);
      this.adding = false;
    };
    return html`<form class="stack tight" @submit=${submit}><label for="new-item">${t.agenda.addTitle}</label>
      <input id="new-item" name="title" type="text" maxlength="500" required />
      <div class="row"><button class="main">${t.agenda.start}</button><button type="button" class="quiet" @click=${() => { this.adding = false; }}>${t.cancel}</button></div></form>`;
  }
}

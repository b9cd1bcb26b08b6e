import { html, nothing, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";
import type { Desk } from "../room/meeting.js";
import type { Room } from "../views/room.js";

/** Whoever has more than one desk changes between them here. */
export function deskSwitch(room: Room, now: Desk, host: HTMLElement): TemplateResult | typeof nothing {
  const desks: [Desk, string][] = [];
  if (room.may("chair", "secretary", "deputy", "administrator")) desks.push(["chair", t.room.deskChair]);
  if (room.may("chair", "secretary", "deputy")) desks.push(["secretary", t.room.deskSecretary]);
  if (room.may("helper")) desks.push(["helper", t.helper.desk]);
  if (!desks.length) return nothing;
  desks.push(["member", t.room.deskMember]);
  const choose = (event: Event): void => {
    host.dispatchEvent(new CustomEvent("desk", { detail: (event.target as HTMLSelectElement).value, bubbles: true }));
  };
  return html`<label class="sr" for="desk-switch">${t.room.desks}</label>
    <select id="desk-switch" class="deskswitch" @change=${choose}>
      ${desks.map(([desk, words]) => html`<option value=${desk} ?selected=${desk === now}>${words}</option>`)}
    </select>`;
}

/** Once the minutes were read back, what is put right, or added after the close, is told with its reason. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";
import type { Room } from "../views/room.js";

export function changeReason(room: Room, old: boolean): TemplateResult | typeof nothing {
  const meeting = room.views.meeting;
  if (!meeting?.read_back || !(old || meeting.state === "closed")) return nothing;
  return html`<div class="field"><label for="change-reason">${t.handed.reasonNeeded}</label><input id="change-reason" name="reason" type="text" maxlength="500" required /></div>`;
}

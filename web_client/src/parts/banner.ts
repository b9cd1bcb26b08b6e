import { html, nothing, type TemplateResult } from "lit";
import { CircleCheck, Info, TriangleAlert, X } from "lucide";
import { HttpFault, NoLine } from "../protocol/http.js";
import { t } from "../messages/vi.js";
import type { Room } from "../views/room.js";
import { icon } from "./icon.js";

export type Level = "info" | "warning" | "error" | "ok";
const SIGNS = { info: Info, warning: TriangleAlert, error: TriangleAlert, ok: CircleCheck };

export function banner(level: Level, content: unknown, act: unknown = nothing): TemplateResult {
  return html`<div class="banner ${level}" role=${level === "error" ? "alert" : "status"}>
    ${icon(SIGNS[level])}<div>${content}</div>${act}
  </div>`;
}

/** What happened, what is safe, what to do: in words a member understands. */
export function faultWords(fault: unknown): string {
  if (fault instanceof NoLine) return t.fault.noLine;
  if (fault instanceof HttpFault) return fault.message || t.fault.server(fault.status);
  return t.fault.ours;
}

export function faultBanner(fault: unknown, again?: () => void): TemplateResult | typeof nothing {
  if (!fault) return nothing;
  // Refused for good, or not there: asking again is of no use.
  if (fault instanceof HttpFault && [403, 404].includes(fault.status)) return banner("warning", faultWords(fault));
  const button = again ? html`<button @click=${again}>${t.again}</button>` : nothing;
  return banner("error", faultWords(fault), button);
}

/** The microphone was taken away: told as long as it lasts. */
export function interrupted(room: Room): TemplateResult | typeof nothing {
  const { interruption } = room.audio;
  return interruption ? banner("warning", takenWords(room.entry.device, interruption)) : nothing;
}

/** A person is spoken to as a person; the hall's machine and its phones speak to the room they stand in. */
export function takenWords(device: string, how: "call" | "lost"): string {
  const words = device === "hall" ? t.hall : device === "microphone" ? t.phone : t.room;
  return how === "call" ? words.micCall : words.micLost;
}

/** What this device keeps while its line is cut, and sends afterwards. */
export function kept(room: Room): TemplateResult | typeof nothing {
  const { keeping, waiting } = room.copy;
  if (keeping) return banner("warning", t.room.copyKept);
  return waiting ? banner("info", t.room.copySending(waiting)) : nothing;
}

export function notices(room: Room): TemplateResult | typeof nothing {
  if (!room.notices.length && !room.audio.interruption && !room.copy.keeping && !room.copy.waiting) return nothing;
  return html`<div class="notices stack tight">${interrupted(room)}${kept(room)}
    ${room.notices.map((notice) =>
      banner(notice.level, notice.text, html`<button class="quiet small" @click=${() => room.dismiss(notice)}>${icon(X, 20)}${t.gotIt}</button>`),
    )}
  </div>`;
}

export function skeleton(): TemplateResult {
  return html`<div class="skeleton" role="status" aria-label=${t.loading}><i></i><i></i><i></i></div>`;
}

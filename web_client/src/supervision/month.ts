import { html, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";

/** A month as the server sums it: 1 regular, 2 thematic, 4 due, 8 late. */
export const REGULAR = 1, THEMATIC = 2, DUE = 4, LATE = 8;

export function monthCell(code: number): TemplateResult {
  const held = code & REGULAR, due = code & DUE;
  const words = [held ? t.supervision.regular : due ? t.supervision.missing : t.supervision.ahead, code & THEMATIC ? t.supervision.thematic : "", code & LATE ? t.supervision.late : ""].filter(Boolean).join(", ");
  const sign = `${held ? "✓" : due ? "–" : "○"}${code & THEMATIC ? "◆" : ""}${code & LATE ? "*" : ""}`;
  return html`<td class="m ${held ? "ok" : due ? "bad" : "off"}"><span aria-hidden="true">${sign}</span><span class="sr">${words}</span></td>`;
}

import { html, nothing, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";

/** A practice meeting is told as one everywhere, before its door too. */
export function practiceMark(practice: boolean | undefined): TemplateResult | typeof nothing {
  return practice ? html`<p><span class="tag doubt">${t.practice.tag}</span> <span class="soft small">${t.practice.what}</span></p>` : nothing;
}

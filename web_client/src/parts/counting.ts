import { html, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";

/** Whether a count adds up to its base, and by how many it misses; `where` says whose count it is. */
export function adds(sum: number, base: number, where = ""): TemplateResult {
  const said = sum === base ? t.motion.full(base) : sum < base ? t.motion.short(base - sum, base) : t.motion.over(sum - base, base);
  const words = where ? `${where}: ${said.charAt(0).toLowerCase()}${said.slice(1)}` : said;
  return html`<span class="tag ${sum === base ? "ok" : "doubt"}">${sum === base ? "✓ " : ""}${words}</span>`;
}

/** What was typed as a count: digits only, so never less than nothing. */
export function wholeNumber(input: HTMLInputElement): number {
  const digits = input.value.replace(/\D/g, "").slice(0, 5);
  if (digits !== input.value) input.value = digits;
  return Number(digits);
}

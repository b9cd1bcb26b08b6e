import { html, type TemplateResult } from "lit";

const MOST = 8;

/** How loud or clear something is, 0 to 8, in bars. */
export function bars(level: number, words: string): TemplateResult {
  return html`<span class="meter small" role="meter" aria-label=${words} aria-valuemin="0" aria-valuemax=${MOST} aria-valuenow=${level}>
    ${Array.from({ length: MOST }, (_, n) => html`<i class=${n < level ? "lit" : ""}></i>`)}</span>`;
}

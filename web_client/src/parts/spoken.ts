/** Words as they were heard: doubted ones and those that may still change are marked, in sign and in words. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";
import { cut, split } from "../views/spoken.js";
import type { Interim } from "../views/state.js";
import type { Caption } from "../views/types.js";

export function spokenText(line: Pick<Caption, "text" | "unsure">): TemplateResult {
  return html`${cut(line.text, line.unsure).map((part) => (part.unsure ? html`<span class="unsure" title=${t.room.unsure}>${part.text}</span>` : part.text))}`;
}

export function interimText(interim: Interim): TemplateResult {
  const [stable, tail] = split(interim);
  return html`${interim.speaker ? html`<span class="strong">${interim.speaker}:</span> ` : nothing}${stable}<span class="tail">${tail}…</span>`;
}

/** What the marks mean, once below a list of lines that has one. */
export function unsureLegend(lines: Pick<Caption, "unsure">[]): TemplateResult | typeof nothing {
  if (!lines.some((line) => line.unsure.length)) return nothing;
  return html`<p class="soft small legend"><span class="unsure">${t.room.unsureSign}</span> ${t.room.unsure}</p>`;
}

import { html, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";
import type { Ledger, LedgerLine } from "../views/types.js";

/** The bases that votes and attendance are counted on, by name. */
export function bases(ledger: Ledger): TemplateResult {
  const named = (words: (n: number) => string, wanted: (line: LedgerLine) => boolean): TemplateResult => {
    const names = ledger.lines.filter(wanted).map((line) => line.name);
    return html`<dt>${words(names.length)}</dt><dd>${names.join(", ") || "–"}</dd>`;
  };
  return html`<details class="bases"><summary>${t.roll.bases}</summary><dl>
    ${named(t.roll.eligible, (line) => line.eligible)}
    ${named(t.roll.votersNow, (line) => line.votes)}
    ${named(t.roll.officialAll, (line) => line.status === "official")}</dl></details>`;
}

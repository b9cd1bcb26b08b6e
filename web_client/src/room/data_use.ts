/** What the sound costs on a paid line, and the two switches that make it cost less. */
import { html, nothing, type TemplateResult } from "lit";
import { ChevronDown } from "lucide";
import { icon } from "../parts/icon.js";
import { t } from "../messages/vi.js";
import type { Room } from "../views/room.js";

export function dataUse(room: Room): TemplateResult | typeof nothing {
  const { audio, entry } = room;
  if (entry.microphone === undefined) return nothing;
  const used = (audio.used / 1_000_000).toLocaleString("vi", { maximumFractionDigits: audio.used < 10_000_000 ? 1 : 0 });
  const flag = (on: boolean, words: string, hint: string, set: (on: boolean) => void): TemplateResult => html`<label class="check">
    <input type="checkbox" .checked=${on} @change=${(e: Event) => set((e.target as HTMLInputElement).checked)} />
    <span>${words}<small class="block soft">${hint}</small></span></label>`;
  return html`<details class="datause"><summary><span class="num">${t.room.dataUsed(used)}</span>${icon(ChevronDown, 20)}${audio.light && !audio.saving ? html`<small class="block">${t.room.dataAuto}</small>` : nothing}</summary>
    ${flag(audio.saving, t.room.dataSave, t.room.dataSaveHint, (on) => room.save(on))}
    ${entry.microphone ? flag(audio.listening, t.room.dataListen, t.room.dataListenHint, (on) => room.listen(on)) : nothing}</details>`;
}

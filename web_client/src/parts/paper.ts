/** Entering afterwards what stood on the paper form (a power cut): one switch for the desk, said as long as it is on. */
import { html, nothing, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";
import type { Room } from "../views/room.js";
import { banner } from "./banner.js";

export function fromPaper(room: Room): TemplateResult {
  return html`<label class="check"><input type="checkbox" .checked=${room.paper} @change=${(e: Event) => room.fromPaper((e.target as HTMLInputElement).checked)} />${t.paper.enter}</label>`;
}

export function paperBanner(room: Room): TemplateResult | typeof nothing {
  return room.paper ? banner("info", t.paper.on, html`<button @click=${() => room.fromPaper(false)}>${t.paper.stop}</button>`) : nothing;
}

/** "nhập tay", beside what was entered so. */
export function typedTag(typed: boolean | undefined): TemplateResult | typeof nothing {
  return typed ? html` <span class="tag off">${t.paper.tag}</span>` : nothing;
}

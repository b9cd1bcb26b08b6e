import { html, nothing, type TemplateResult } from "lit";
import { state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { Screen } from "../parts/screen.js";
import { tabs } from "../parts/tabs.js";

interface Below {
  parent_name: string;
}

/** A page of the level above. */
export abstract class SupervisionPage extends Screen {
  @state() private commune = "";

  protected page(title: string, content: unknown): TemplateResult {
    const { tab } = t.supervision;
    return html`<main class="page wide stack">${tabs(t.supervision.tabs, [
      ["/supervision", tab.year], ["/supervision/inbox", tab.inbox], ["/supervision/evenings", tab.evenings], ["/supervision/calls", tab.calls], ["/supervision/codes", tab.codes], ["/supervision/heads", tab.heads],
    ])}<h1 class="ruled">${title}</h1>${content}</main>`;
  }

  /** Those of the commune that was chosen. */
  protected within<T extends Below>(all: T[] | undefined): T[] | undefined {
    return this.commune ? all?.filter((one) => one.parent_name === this.commune) : all;
  }

  /** The choice itself, where there is more than one commune. */
  protected choice(all: Below[] | undefined): TemplateResult | typeof nothing {
    const names = [...new Set(all?.map((one) => one.parent_name))].sort((a, b) => a.localeCompare(b, "vi", { numeric: true }));
    if (names.length < 2) return nothing;
    return html`<div class="field short noprint"><label for="commune">${t.supervision.commune}</label><select id="commune" @change=${(e: Event) => { this.commune = (e.target as HTMLSelectElement).value; }}>
      <option value="">${t.supervision.everywhere}</option>${names.map((name) => html`<option value=${name} ?selected=${name === this.commune}>${name}</option>`)}</select></div>`;
  }
}

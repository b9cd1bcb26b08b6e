import { html, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";
import { Screen } from "../parts/screen.js";
import { tabs } from "../parts/tabs.js";

/** A page of the level above. */
export abstract class SupervisionPage extends Screen {
  protected page(title: string, content: unknown): TemplateResult {
    const { tab } = t.supervision;
    return html`<main class="page wide stack">${tabs(t.supervision.tabs, [
      ["/supervision", tab.year], ["/supervision/inbox", tab.inbox], ["/supervision/evenings", tab.evenings], ["/supervision/calls", tab.calls], ["/supervision/codes", tab.codes], ["/supervision/heads", tab.heads],
    ])}<h1 class="ruled">${title}</h1>${content}</main>`;
  }
}

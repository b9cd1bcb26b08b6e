import { html, type TemplateResult } from "lit";
import { property } from "lit/decorators.js";
import type { Me } from "../home/types.js";
import { t } from "../messages/vi.js";
import { Screen } from "../parts/screen.js";
import { tabs } from "../parts/tabs.js";

/** A page of the archive: of the cell to which one belongs. */
export abstract class ArchivePage extends Screen {
  @property({ attribute: false }) me: Me | null = null;

  protected get cell(): string {
    return `/api/cells/${encodeURIComponent(this.me?.cell ?? "")}`;
  }

  protected get committee(): boolean {
    return (this.me?.roles ?? []).some((role) => ["leader", "deputy", "committee"].includes(role));
  }

  protected get leads(): boolean {
    return (this.me?.roles ?? []).some((role) => ["leader", "deputy"].includes(role));
  }

  protected tabs(): TemplateResult | string {
    if (!this.me?.cell) return "";
    const { tab } = t.archive;
    return tabs(t.archive.tabs, [
      ["/archive", tab.find], ["/archive/tasks", tab.tasks], ["/archive/history", tab.history], ["/archive/sent", tab.sent], ["/archive/old", tab.old],
      ...(this.committee ? ([["/archive/lists", tab.lists]] as [string, string][]) : []), ["/archive/looks", tab.looks],
    ]);
  }

  protected page(title: string, content: unknown): TemplateResult {
    return html`<main class="page stack">${this.tabs()}<h1 class="ruled">${title}</h1>${content}</main>`;
  }
}

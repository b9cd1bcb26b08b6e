import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { banner, faultBanner, skeleton } from "../parts/banner.js";
import { Screen } from "../parts/screen.js";
import { get } from "../protocol/http.js";

type Piece = ["" | "b" | "i", string];
type Part = { what: "heading" | "text" | "point"; align: "" | "center" | "right"; pieces: Piece[] } | { what: "table"; rows: string[][] };

/** The words of a Word document, to be read in the room on any screen. */
@customElement("hcb-paper-words")
export class PaperWords extends Screen {
  /** The document's own address. */
  @property() path = "";
  @state() private parts: Part[] | null = null;
  @state() private more = false;
  @state() private fault: unknown = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.load();
  }

  private async load(): Promise<void> {
    try {
      const { parts, more } = await get<{ parts: Part[]; more: boolean }>(`${this.path}/words`);
      this.parts = parts;
      this.more = more;
    } catch (fault) {
      this.fault = fault;
    }
  }

  protected override render(): TemplateResult {
    if (this.fault) return faultBanner(this.fault) as TemplateResult;
    if (!this.parts) return skeleton();
    return html`<div class="paperwords serif" tabindex="0" role="document">${this.parts.map((part) => this.drawn(part))}
        ${this.parts.length ? nothing : html`<p class="soft">${t.papers.noWords}</p>`}</div>
      ${this.more ? banner("warning", t.papers.more) : nothing}<p class="soft small">${t.papers.words}</p>`;
  }

  private drawn(part: Part): TemplateResult {
    if (part.what === "table") {
      return html`<div class="tablewrap"><table><tbody>${part.rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table></div>`;
    }
    const words = part.pieces.map(([mark, text]) => (mark === "b" ? html`<b>${text}</b>` : mark === "i" ? html`<i>${text}</i>` : text));
    if (part.what === "heading") return html`<h3 class=${part.align}>${words}</h3>`;
    return html`<p class="${part.what} ${part.align}">${words}</p>`;
  }
}

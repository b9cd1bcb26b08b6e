import { html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { Screen } from "../parts/screen.js";
import type { Me } from "./types.js";

@customElement("hcb-home")
export class Home extends Screen {
  @property({ attribute: false }) me: Me | null = null;
  protected override render(): TemplateResult {
    return html`<main class="page"><h1>${this.me?.cell_name}</h1></main>`;
  }
}

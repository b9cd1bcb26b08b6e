import { html, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import { RoomScreen } from "../parts/room_screen.js";

@customElement("hcb-chair")
export class Chair extends RoomScreen {
  protected override render(): TemplateResult {
    return html`<main class="page"><h1>${this.room.views.meeting?.title}</h1></main>`;
  }
}

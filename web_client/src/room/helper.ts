import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import "../minutes/marker.js";
import "../minutes/roll_call.js";
import "../styles/desk.css";
import "../styles/minutes.css";
import "../hall/microphones.js";
import "./people.js";
import { t } from "../messages/vi.js";
import { deskHead } from "../parts/desk_head.js";
import { RoomScreen } from "../parts/room_screen.js";

/** A helper's seat: the roll call and the marking of who speaks, nothing of the minutes. */
@customElement("hcb-helper")
export class Helper extends RoomScreen {
  protected override render(): TemplateResult {
    const open = this.room.views.meeting?.state === "open";
    return html`${deskHead(this.room, "helper", this)}
      <main class="desk"><p class="soft">${t.helper.what}</p>
        ${open ? html`<hcb-marker .room=${this.room}></hcb-marker>` : nothing}
        <section class="card stack tight"><hcb-microphones .room=${this.room}></hcb-microphones></section>
        <hcb-people lobby .room=${this.room}></hcb-people>
        <hcb-roll-call whole .room=${this.room}></hcb-roll-call></main>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement } from "lit/decorators.js";
import "./agenda.js";
import "./before.js";
import "./closing.js";
import "./floor.js";
import "./handed_on.js";
import "./item_now.js";
import "./motion_desk.js";
import "./off_record.js";
import "./opening.js";
import "./papers.js";
import "./people.js";
import "../minutes/approve.js";
import "../minutes/roll_call.js";
import "../parts/pictures.js";
import "../styles/desk.css";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { deskHead } from "../parts/desk_head.js";
import { RoomScreen } from "../parts/room_screen.js";
import { motionOn } from "./vote_card.js";

/** The chair's desk; the secretary works on it too, "theo lời chủ trì". */
@customElement("hcb-chair")
export class Chair extends RoomScreen {
  protected override render(): TemplateResult {
    const state = this.room.views.meeting?.state ?? "scheduled";
    return html`${deskHead(this.room, "chair", this)}
      <main class="desk">
        ${this.room.may("chair") || state !== "open" ? nothing : banner("info", t.desk.forChair)}
        ${state === "scheduled" ? this.drawBefore() : state === "open" ? this.drawDuring() : this.drawAfter()}
      </main>`;
  }

  private drawBefore(): TemplateResult {
    return html`<div class="cols two"><div class="stack"><hcb-opening .room=${this.room}></hcb-opening><hcb-before .room=${this.room}></hcb-before></div>
      <div class="stack"><hcb-roll-call .room=${this.room}></hcb-roll-call><hcb-agenda .room=${this.room}></hcb-agenda><hcb-papers giving .room=${this.room}></hcb-papers><hcb-people .room=${this.room}></hcb-people></div></div>`;
  }

  private drawDuring(): TemplateResult {
    const voting = Boolean(motionOn(this.room));
    return html`${this.jumps()}<div class="cols chaircols">
      <div class="stack"><hcb-agenda .room=${this.room}></hcb-agenda><hcb-closing .room=${this.room}></hcb-closing><hcb-papers giving .room=${this.room}></hcb-papers></div>
      <div class="stack ${voting ? "voting" : ""}"><hcb-item-now .room=${this.room}></hcb-item-now><hcb-motion-desk .room=${this.room}></hcb-motion-desk><hcb-handed-on .room=${this.room}></hcb-handed-on></div>
      <div class="stack">${this.waiting()}<hcb-pictures .room=${this.room}></hcb-pictures><hcb-floor .room=${this.room}></hcb-floor><hcb-off-record .room=${this.room}></hcb-off-record>
        <hcb-roll-call .room=${this.room}></hcb-roll-call><hcb-people inner .room=${this.room}></hcb-people></div>
    </div>`;
  }

  /** Who waits before the door is seen without looking for them. */
  private waiting(): TemplateResult | typeof nothing {
    return this.room.views.people?.some((one) => !one.admitted) ? html`<hcb-people lobby .room=${this.room}></hcb-people>` : nothing;
  }

  /** On a phone the desk is long: its four places are one tap away. */
  private jumps(): TemplateResult {
    const go = (name: string) => (): void => this.querySelector(name)?.scrollIntoView({ block: "start" });
    return html`<nav class="deskjumps" aria-label=${t.desk.jumps}>${Object.entries(t.desk.jump).map(([name, words]) => html`<button class="quiet small" @click=${go(name)}>${words}</button>`)}</nav>`;
  }

  private drawAfter(): TemplateResult {
    return html`<div class="single"><hcb-approve .room=${this.room}></hcb-approve>${this.room.views.meeting?.state === "closed" ? html`<hcb-handed-on .room=${this.room}></hcb-handed-on>` : nothing}</div>`;
  }
}

import type { PropertyValues } from "lit";
import type { Room } from "../views/room.js";
import { Screen } from "./screen.js";

/** A screen of a live meeting: drawn anew whenever the room changed, and each second where something counts time. */
export abstract class RoomScreen extends Screen {
  static override properties = { room: { attribute: false } };
  declare room: Room;
  protected ticking = true;
  private clock: ReturnType<typeof setInterval> | null = null;
  private heard: Room | null = null;
  private readonly redraw = (): void => this.requestUpdate();

  override connectedCallback(): void {
    super.connectedCallback();
    if (this.ticking) this.clock = setInterval(this.redraw, 1000);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.clock !== null) clearInterval(this.clock);
    this.heard?.removeEventListener("change", this.redraw);
    this.heard = null;
  }

  protected override willUpdate(changed: PropertyValues): void {
    super.willUpdate(changed);
    if (this.heard === this.room) return;
    this.heard?.removeEventListener("change", this.redraw);
    this.heard = this.room;
    this.room.addEventListener("change", this.redraw);
  }
}

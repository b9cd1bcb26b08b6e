import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Volume2 } from "lucide";
import { t } from "../messages/vi.js";
import { banner } from "./banner.js";
import { icon } from "./icon.js";
import { RoomScreen } from "./room_screen.js";

/** Plays what the room sends; where the browser wants a tap first, says so. */
@customElement("hcb-sound-out")
export class SoundOut extends RoomScreen {
  @state() private blocked = false;
  protected override ticking = false;

  protected override updated(): void {
    for (const [slot, stream] of this.room.streams) {
      const audio = this.querySelector<HTMLAudioElement>(`[data-slot="${slot}"]`);
      if (!audio || audio.srcObject === stream) continue;
      audio.srcObject = stream;
      this.play(audio);
    }
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("visibilitychange", this.again);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("visibilitychange", this.again);
  }

  private async allow(): Promise<void> {
    for (const audio of this.querySelectorAll("audio")) await audio.play().catch(() => undefined);
    this.blocked = false;
  }

  /** A phone call or a headset pauses what plays, and some browsers leave it so. */
  private readonly again = (): void => {
    if (document.visibilityState !== "visible") return;
    for (const audio of this.querySelectorAll("audio")) {
      if (audio.paused && audio.srcObject instanceof MediaStream && audio.srcObject.active) this.play(audio);
    }
  };

  private play(audio: HTMLAudioElement): void {
    audio.play().catch((fault: unknown) => {
      if (fault instanceof DOMException && fault.name === "NotAllowedError") this.blocked = true;
    });
  }

  protected override render(): TemplateResult {
    const slots = [...this.room.streams.keys()].sort();
    return html`${slots.map((slot) => html`<audio data-slot=${slot} autoplay playsinline @pause=${this.again}></audio>`)}
      ${this.blocked ? banner("warning", t.room.hearWhy, html`<button class="main" @click=${this.allow}>${icon(Volume2)}${t.room.hearAll}</button>`) : nothing}`;
  }
}

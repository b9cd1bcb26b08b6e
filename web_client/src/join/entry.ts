import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { House, Smartphone } from "lucide";
import "./mic_check.js";
import "../styles/join.css";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";

export interface Choices {
  seat: "hall" | "remote";
  informed: boolean;
  private: boolean;
  microphone: MediaStreamTrack | null | undefined;
}

/** The last step before the room: where one sits, the microphone, what one has been told. Tells `enter` (Choices). */
@customElement("hcb-entry")
export class EntryStep extends Screen {
  @property() seat: "hall" | "remote" | "" = "";
  /** Inside another application: only a seat in the hall, without microphone and sound. */
  @property({ type: Boolean }) silent = false;
  @property({ attribute: false }) fault: unknown = null;
  @state() private informed = false;
  @state() private private = false;
  @state() private track: MediaStreamTrack | null = null;
  @state() private listen = false;
  @state() private reminded = false;

  private enter(): void {
    if (!this.informed) {
      this.reminded = true;
      this.querySelector<HTMLInputElement>("#informed")?.focus();
      return;
    }
    const hall = this.seat === "hall";
    const choices: Choices = {
      seat: hall ? "hall" : "remote",
      informed: true,
      private: this.private,
      microphone: hall ? undefined : this.track,
    };
    this.dispatchEvent(new CustomEvent("enter", { detail: choices, bubbles: true }));
  }

  private sit(seat: "hall" | "remote"): void {
    this.seat = seat;
  }

  protected override render(): TemplateResult {
    const ready = this.seat === "hall" || this.track !== null || this.listen;
    return html`<div class="stack" @microphone=${(e: CustomEvent<MediaStreamTrack | null>) => { this.track = e.detail; }}>
      <fieldset class="seats"><legend class="label">${t.join.seat}</legend>
        ${this.silent ? nothing : this.choice("remote", t.join.seatRemote, t.join.seatRemoteHint)}
        ${this.choice("hall", t.join.seatHall, t.join.seatHallHint)}
      </fieldset>
      ${this.seat === "remote" ? this.sound() : nothing}
      ${this.seat ? this.notices(ready) : nothing}
    </div>`;
  }

  private choice(seat: "hall" | "remote", words: string, hint: string): TemplateResult {
    return html`<label class="seat"><input type="radio" name="seat" .checked=${this.seat === seat} @change=${() => this.sit(seat)} />
      ${icon(seat === "hall" ? House : Smartphone, 28)}<span><span class="strong">${words}</span><br /><small class="soft">${hint}</small></span></label>`;
  }

  private sound(): TemplateResult {
    return html`<section class="stack tight"><h2>${t.join.mic}</h2><hcb-mic-check></hcb-mic-check>
      ${this.track || this.listen ? nothing : html`<button class="quiet" @click=${() => { this.listen = true; }}>${t.join.listenOnly}</button>`}
    </section>`;
  }

  private notices(ready: boolean): TemplateResult {
    return html`<div class="consent">
      <label class="check"><input id="informed" type="checkbox" .checked=${this.informed} aria-invalid=${this.reminded && !this.informed}
        @change=${(e: Event) => { this.informed = (e.target as HTMLInputElement).checked; }} /><span>${t.join.informed}</span></label>
      ${this.seat === "remote"
        ? html`<label class="check"><input id="private" type="checkbox" .checked=${this.private}
            @change=${(e: Event) => { this.private = (e.target as HTMLInputElement).checked; }} /><span>${t.join.private}</span></label>`
        : nothing}
      ${this.reminded && !this.informed ? html`<p class="reminder" role="alert">${t.join.needInformed}</p>` : nothing}
      </div>
      <button class="main wide enter" ?disabled=${!ready} @click=${this.enter}>${t.join.enter}</button>
      ${this.seat === "remote" && !this.listen ? html`<p class="soft center">${t.join.mutedNote}</p>` : nothing}`;
  }
}

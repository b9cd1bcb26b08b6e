import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Mic } from "lucide";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { meter, microphone, microphones, MicrophoneFault, type MicFault } from "./microphone.js";

const BARS = 12;

/** Asks for the microphone and shows that it hears. Tells `microphone` (a track or null) to whoever stands above. */
@customElement("hcb-mic-check")
export class MicCheck extends Screen {
  @property({ type: Boolean }) hall = false;
  @state() private track: MediaStreamTrack | null = null;
  @state() private level = 0;
  @state() private heard = false;
  @state() private fault: MicFault | null = null;
  @state() private asking = false;
  @state() private choices: { id: string; label: string }[] = [];
  private stopMeter: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.already();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopMeter?.();
  }

  /** Whoever allowed it before is not asked to press again. */
  private async already(): Promise<void> {
    const permission = await navigator.permissions?.query({ name: "microphone" as PermissionName }).catch(() => null);
    if (permission?.state === "granted") await this.ask("");
  }

  private async ask(device: string): Promise<void> {
    this.asking = true;
    this.fault = null;
    this.stopMeter?.();
    this.track?.stop();
    try {
      this.track = await microphone(device, this.hall);
      this.stopMeter = meter(this.track, (level) => {
        this.level = level;
        if (level > 0.35) this.heard = true;
      });
      this.choices = await microphones();
    } catch (fault) {
      this.track = null;
      this.fault = fault instanceof MicrophoneFault ? fault.why : "busy";
    }
    this.asking = false;
    this.dispatchEvent(new CustomEvent("microphone", { detail: this.track, bubbles: true }));
  }

  protected override render(): TemplateResult {
    if (this.fault) {
      const words = { denied: t.join.micDenied, none: t.join.micNone, busy: t.join.micBusy, unsafe: t.join.micUnsafe };
      return banner("warning", words[this.fault], html`<button @click=${() => this.ask("")}>${t.again}</button>`);
    }
    if (!this.track) {
      return html`<div class="stack tight">
        <p class="soft">${t.join.micWhy}</p>
        <button class="wide" ?disabled=${this.asking} @click=${() => this.ask("")}>${icon(Mic)}${t.join.micAsk}</button>
      </div>`;
    }
    return html`<div class="stack tight">
      <div class="row">${icon(Mic)}${this.bars()}<span class=${this.heard ? "tag ok" : "tag off"}>${this.heard ? t.join.micGood : t.join.micQuiet}</span></div>
      ${this.heard ? nothing : html`<p class="soft">${t.join.micSay}</p>`}
      ${this.choices.length > 1 ? this.chooser() : nothing}
    </div>`;
  }

  private bars(): TemplateResult {
    const lit = Math.round(this.level * BARS);
    return html`<span class="meter" role="meter" aria-label=${t.join.mic} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(this.level * 100)}>
      ${Array.from({ length: BARS }, (_, n) => html`<i class=${n < lit ? "lit" : ""}></i>`)}</span>`;
  }

  private chooser(): TemplateResult {
    const now = this.track?.getSettings().deviceId;
    return html`<label for="mic-choice" class="small">${t.join.micPick}</label>
      <select id="mic-choice" @change=${(e: Event) => this.ask((e.target as HTMLSelectElement).value)}>
        ${this.choices.map((choice) => html`<option value=${choice.id} ?selected=${choice.id === now}>${choice.label}</option>`)}
      </select>`;
  }
}

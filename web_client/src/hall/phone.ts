import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Mic, MicOff } from "lucide";
import "../join/mic_check.js";
import "../styles/join.css";
import "../styles/hall.css";
import type { Invitation } from "../home/types.js";
import { again, meter } from "../join/microphone.js";
import { t } from "../messages/vi.js";
import { stayAwake } from "../parts/awake.js";
import { faultBanner, interrupted } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { lineTag, recordingTag, soundTag } from "../parts/status.js";
import { post } from "../protocol/http.js";
import { kept, tabStore, type Kept } from "../views/kept.js";
import { Room } from "../views/room.js";
import { bars } from "./bars.js";

/** A phone in the hall as one of its microphones: it only sends, and is nobody's presence. */
@customElement("hcb-phone")
export class Phone extends Screen {
  @property() token = "";
  @property({ attribute: false }) invitation: Invitation | null = null;
  @state() private room: Room | null = null;
  @state() private track: MediaStreamTrack | null = null;
  @state() private fault: unknown = null;
  @state() private level = 0;
  private stopMeter: (() => void) | null = null;
  private sleep: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.back();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.end();
  }

  /** Reloaded: it goes on by itself. */
  private async back(): Promise<void> {
    const found = this.invitation && kept(tabStore(), this.invitation.meeting, "microphone");
    const track = typeof found?.device === "string" ? await again(found.device, true) : null;
    if (found && track && this.isConnected) this.enter(track, found);
  }

  private async start(e: SubmitEvent): Promise<void> {
    e.preventDefault();
    const { track } = this;
    if (!track) return;
    const name = String(new FormData(e.target as HTMLFormElement).get("place") ?? "").trim();
    try {
      await post("/api/join", { token: this.token, name });
      this.enter(track);
    } catch (fault) {
      this.fault = fault;
    }
  }

  private enter(microphone: MediaStreamTrack, found?: Kept): void {
    const meeting = this.invitation?.meeting ?? "";
    this.track = microphone;
    this.room = new Room({ meeting, device: "microphone", seat: "hall", informed: true, private: false, microphone, kept: found });
    this.room.audio.micOn = true;
    this.room.addEventListener("change", this.changed);
    this.room.start();
    this.stopMeter = meter(microphone, (level) => { this.level = level; });
    this.sleep ??= stayAwake();
  }

  private end(): void {
    this.stopMeter?.();
    this.stopMeter = null;
    this.sleep?.();
    this.sleep = null;
    this.room?.removeEventListener("change", this.changed);
    this.room?.leave();
    this.requestUpdate();
  }

  /** The microphone ends with the meeting. */
  private readonly changed = (): void => {
    const { room } = this;
    const state = room?.views.meeting?.state;
    if (room && room.line.state !== "ended" && state && state !== "scheduled" && state !== "open") this.end();
    this.requestUpdate();
  };

  protected override render(): TemplateResult {
    const { room } = this;
    return html`<main class="joinpage phonemic"><header class="where"><p class="soft">${this.invitation?.cell_name}</p>
      <h1 class="ruled">${this.invitation?.title}</h1>${this.invitation?.place ? html`<p class="soft">${this.invitation.place}</p>` : nothing}</header>
      ${!room ? this.door() : room.line.state === "ended" ? this.over(room) : this.works(room)}</main>`;
  }

  private door(): TemplateResult {
    return html`<form class="stack" @submit=${this.start} @microphone=${(e: CustomEvent<MediaStreamTrack | null>) => { this.track = e.detail; }}>
      <h2>${t.phone.title}</h2><p>${t.phone.what}</p><ul class="hints">${t.phone.hints.map((hint) => html`<li>${hint}</li>`)}</ul>
      <hcb-mic-check hall></hcb-mic-check>
      <div class="field"><label for="place">${t.phone.place}</label><input id="place" name="place" type="text" maxlength="40" placeholder=${t.phone.placeHint} autocomplete="off" /></div>
      ${faultBanner(this.fault)}
      <button class="main wide enter" ?disabled=${!this.track}>${t.phone.start}</button></form>`;
  }

  private works(room: Room): TemplateResult {
    const on = room.line.state === "live" && room.sound === "on";
    const heard = on && room.views.me?.heard;
    return html`<section class="card stack center phonestate ${heard ? "heard" : ""}">
        ${icon(on ? Mic : MicOff, 72)}<p class="who">${room.you?.name}</p>
        <p class="strong" role="status">${heard ? t.phone.heard : on ? t.phone.ready : t.phone.waiting}</p>
        ${on && !heard ? html`<p class="soft">${t.phone.readyWhat}</p>` : nothing}
        ${bars(Math.round(this.level * 8), t.join.mic)}</section>
      ${interrupted(room)}
      <div class="row tags">${recordingTag(room)}${lineTag(room)}${soundTag(room)}</div>
      <p>${t.phone.keep}</p><button class="wide" @click=${() => this.end()}>${t.phone.stop}</button>`;
  }

  private over(room: Room): TemplateResult {
    const open = ["scheduled", "open"].includes(room.views.meeting?.state ?? "open");
    const words = room.line.state === "ended" && room.line.text ? room.line.text : t.phone.stopped;
    return html`<div class="empty"><h2>${open ? words : t.phone.over}</h2>${open ? html`<p>${t.phone.stoppedWhat}</p>` : nothing}</div>`;
  }
}

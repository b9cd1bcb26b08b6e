import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { MessageSquareQuote } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Motion } from "../views/types.js";

const words = t.ownReserve;

/** A member keeps an opinion of their own on what was put to the vote ("bảo lưu ý kiến"), puts it right or takes it
 * back; the server says who may and until when. */
@customElement("hcb-own-reserve")
export class OwnReserve extends RoomScreen {
  @state() private open = false;
  @state() private motion = "";
  protected override ticking = false;

  private readonly shut = (): void => {
    this.open = false;
  };

  private get own(): string {
    return this.room.you?.member ?? "";
  }

  /** What was put to the vote with this member in its base, the newest first. */
  private get motions(): Motion[] {
    const { own } = this;
    return (this.room.views.motions ?? []).filter((one) => one.voters.some((voter) => voter.member === own)).reverse();
  }

  private kept(motion: Motion | undefined): string {
    return motion?.reserved?.find((one) => one.member === this.own)?.text ?? "";
  }

  protected override render(): TemplateResult | typeof nothing {
    const { motions } = this;
    const meeting = this.room.views.meeting;
    const talking = meeting?.state === "open" && meeting.recording.state !== "secret";
    if (!motions.length || !talking || !this.own) return nothing;
    const kept = motions.some((one) => this.kept(one) !== "");
    return html`<button class="quiet wide" @click=${() => { this.motion = ""; this.open = true; }}>${icon(MessageSquareQuote)}${kept ? words.again : words.open}</button>
      ${modal(this.open, words.title, () => this.form(motions), this.shut)}`;
  }

  private form(motions: Motion[]): TemplateResult {
    const chosen = motions.find((one) => one.motion === this.motion) ?? motions[0];
    const kept = this.kept(chosen);
    const send = (text: string): void => {
      this.room.send("reserve", { motion: chosen?.motion, text }).then(this.shut, () => undefined); // what was typed stays on a refusal
    };
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      send(String(new FormData(e.target as HTMLFormElement).get("text") ?? ""));
    };
    return html`<form class="stack" @submit=${submit}><p>${words.what}</p>
      ${motions.length > 1
        ? html`<div class="field"><label for="own-motion">${words.motion}</label><select id="own-motion" @change=${(e: Event) => { this.motion = (e.target as HTMLSelectElement).value; }}>
            ${motions.map((one) => html`<option value=${one.motion} ?selected=${one === chosen}>${one.text}</option>`)}</select></div>`
        : html`<p class="strong">${chosen?.text}</p>`}
      <div class="field"><label for="own-text">${words.text}</label>
        <textarea id="own-text" name="text" rows="3" required maxlength="4000" .defaultValue=${kept}></textarea></div>
      <button class="main wide">${kept ? words.saveAgain : words.save}</button>
      ${kept ? html`<button type="button" class="wide" @click=${() => send("")}>${words.takeBack}</button>` : nothing}
      <button type="button" class="quiet wide" @click=${this.shut}>${t.cancel}</button></form>`;
  }
}

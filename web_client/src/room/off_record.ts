import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { CirclePause, Eraser, Lock, Play } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { RoomScreen } from "../parts/room_screen.js";
import { recordingTag } from "../parts/status.js";

/** Stopping the recording, cutting the remote sound, taking back the last minutes. */
@customElement("hcb-off-record")
export class OffRecord extends RoomScreen {
  @state() private open: "" | "secret" | "erase" = "";
  @state() private minutes = 2;

  private readonly shut = (): void => {
    this.open = "";
  };

  protected override render(): TemplateResult | typeof nothing {
    const recording = this.room.views.meeting?.recording;
    if (!recording?.decided) return nothing;
    const off = recording.state === "paused" || recording.state === "secret";
    return html`<section class="card stack tight"><div class="row between"><h2>${t.off.title}</h2>${recordingTag(this.room)}</div>
      ${off
        ? html`<button class="main wide" @click=${() => this.order("on_record")}>${icon(Play)}${t.off.on}</button>`
        : html`${recording.record ? html`<button class="wide" @click=${() => this.order("off_record", { mode: "pause" })}>${icon(CirclePause)}${t.off.button}</button>` : nothing}
            <button class="wide" @click=${() => { this.open = "secret"; }}>${icon(Lock)}${t.off.secret}</button>`}
      ${recording.record ? html`<button class="quiet" @click=${() => { this.open = "erase"; }}>${icon(Eraser)}${t.off.erase}</button>` : nothing}
      ${modal(this.open === "secret", t.off.secret, () => this.secret(), this.shut)}
      ${modal(this.open === "erase", t.off.erase, () => this.erase(), this.shut)}
    </section>`;
  }

  private order(name: string, args: Record<string, unknown> = {}): void {
    this.room.order(name, args).then(this.shut, () => undefined);
  }

  private secret(): TemplateResult {
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.order("off_record", { mode: "secret", topic: new FormData(e.target as HTMLFormElement).get("topic") });
    };
    return html`<form class="stack" @submit=${submit}><p>${t.off.secretWhy}</p>
      <div class="field"><label for="topic">${t.off.topic}</label><input id="topic" name="topic" type="text" inputmode="numeric" pattern="[0-9]*" maxlength="3" /></div>
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${t.off.secret}</button></div></form>`;
  }

  private erase(): TemplateResult {
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      this.order("erase_last", { minutes: this.minutes, reason: new FormData(e.target as HTMLFormElement).get("reason") });
    };
    return html`<form class="stack" @submit=${submit}><p>${t.off.eraseWhy}</p>
      <div class="field"><label for="erase-minutes">${t.off.minutes}</label>
        <input id="erase-minutes" type="number" min="1" max="60" required .value=${String(this.minutes)} @input=${(e: Event) => { this.minutes = Number((e.target as HTMLInputElement).value); }} /></div>
      <div class="field"><label for="erase-reason">${t.off.reason}</label><input id="erase-reason" name="reason" type="text" required maxlength="200" /></div>
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="danger">${t.off.eraseDo(this.minutes)}</button></div></form>`;
  }
}

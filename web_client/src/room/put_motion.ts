import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { bases } from "../parts/bases.js";
import { RoomScreen } from "../parts/room_screen.js";

const METHODS = ["hands", "cards", "handbook", "ballot"] as const;
const THRESHOLDS = ["", "majority", "two_thirds_official"] as const;

/** A matter before it is voted on: its words, persons or options one by one, who is out of the room for it. */
@customElement("hcb-put-motion")
export class PutMotion extends RoomScreen {
  @state() private out = new Set<string>();
  protected override ticking = false;

  private readonly done = (): void => {
    this.dispatchEvent(new CustomEvent("done"));
  };

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const options = String(form.get("options") ?? "").split("\n").map((line) => line.trim()).filter(Boolean);
    const args = {
      item: this.room.views.agenda?.now ?? "", text: form.get("text"), method: form.get("method"), threshold: form.get("threshold"),
      options, out: [...this.out],
    };
    await this.room.order("put_motion", args).then(this.done, () => undefined);
  }

  /** The text stands on the wall before anybody votes, and is taken away again. */
  private show(text: string): void {
    this.room.order("show_motion", { text }).catch(() => undefined);
  }

  private readonly showText = (): void => {
    const text = this.querySelector<HTMLTextAreaElement>("#motion-text")?.value.trim();
    if (text) this.show(text);
  };

  protected override render(): TemplateResult {
    const { ledger, display } = this.room.views;
    const voters = (ledger?.voters ?? 0) - this.out.size;
    return html`<form class="stack" @submit=${this.submit}>
      <div class="field"><label for="motion-text">${t.motion.text}</label><textarea id="motion-text" name="text" class="serif" required maxlength="4000"></textarea></div>
      <details><summary>${t.motion.options}</summary><div class="field"><label for="motion-options">${t.motion.optionsHint}</label>
        <textarea id="motion-options" name="options" rows="4" maxlength="12000"></textarea></div></details>
      <div class="field"><label for="motion-method">${t.motion.method}</label><select id="motion-method" name="method">${METHODS.map((one) => html`<option value=${one}>${t.motion[one]}</option>`)}</select></div>
      <div class="field"><label for="motion-threshold">${t.motion.threshold}</label><select id="motion-threshold" name="threshold">${THRESHOLDS.map((one) => html`<option value=${one}>${one ? t.motion[one] : t.motion.byKind}</option>`)}</select></div>
      ${this.outs()}
      <p class="soft">${t.motion.baseNote(voters)}</p>${ledger ? bases(ledger) : nothing}
      <div class="actions"><button type="button" class="quiet" @click=${this.done}>${t.cancel}</button>
        ${display?.shown_motion ? html`<button type="button" @click=${() => this.show("")}>${t.motion.unshow}</button>` : nothing}
        <button type="button" @click=${this.showText}>${t.motion.show}</button><button class="main">${t.motion.putSave}</button></div></form>`;
  }

  private outs(): TemplateResult {
    const voters = (this.room.views.ledger?.lines ?? []).filter((line) => line.votes || this.out.has(line.member));
    const flip = (member: string): void => {
      const out = new Set(this.out);
      if (!out.delete(member)) out.add(member);
      this.out = out;
    };
    return html`<details><summary>${t.motion.out}${this.out.size ? ` (${this.out.size})` : ""}</summary><p class="soft small">${t.motion.outHint}</p>
      <div class="wholist">${voters.map((line) => html`<label class="check"><input type="checkbox" .checked=${this.out.has(line.member)} @change=${() => flip(line.member)} />${line.name}</label>`)}</div></details>`;
  }
}

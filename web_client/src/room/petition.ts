import { html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { changeReason } from "../parts/change_reason.js";
import { RoomScreen } from "../parts/room_screen.js";
import type { Petition } from "../views/types.js";

/** A petition to the level above: written down, or put right. */
@customElement("hcb-petition")
export class PetitionForm extends RoomScreen {
  /** One written down before. */
  @property({ attribute: false }) petition: Petition | null = null;
  protected override ticking = false;

  private readonly done = (): void => {
    this.dispatchEvent(new CustomEvent("done"));
  };

  private submit(event: SubmitEvent): void {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const args = { text: form.get("text"), to: form.get("to"), petition: this.petition?.petition ?? "", reason: form.get("reason") ?? "" };
    this.room.order("petition", args).then(this.done, () => undefined);
  }

  protected override render(): TemplateResult {
    const old = this.petition;
    return html`<form class="stack" @submit=${this.submit}>
      <div class="field"><label for="petition">${t.item.petitionText}</label><textarea id="petition" name="text" required .value=${old?.text ?? ""}></textarea></div>
      <div class="field"><label for="petition-to">${t.item.petitionTo}</label><input id="petition-to" name="to" type="text" .value=${old?.to ?? this.room.views.meeting?.parent_name ?? ""} /></div>
      ${changeReason(this.room, old !== null)}
      <div class="actions"><button type="button" class="quiet" @click=${this.done}>${t.cancel}</button><button class="main">${t.item.petitionSave}</button></div></form>`;
  }
}

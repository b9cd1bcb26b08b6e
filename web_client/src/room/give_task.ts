import { html, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { RoomScreen } from "../parts/room_screen.js";

/** Work, who, until when. */
@customElement("hcb-give-task")
export class GiveTask extends RoomScreen {
  @property() item = "";
  protected override ticking = false;

  private readonly done = (): void => {
    this.dispatchEvent(new CustomEvent("done"));
  };

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const args = { item: this.item, what: form.get("what"), who: form.getAll("who"), due: form.get("due"), before: form.get("before") === "on" && form.get("due") !== "" };
    await this.room.order("give_task", args).then(this.done, () => undefined);
  }

  protected override render(): TemplateResult {
    const people = (this.room.views.ledger?.lines ?? []).filter((line) => line.status !== "temporary");
    return html`<form class="stack" @submit=${this.submit}>
      <div class="field"><label for="task-what">${t.item.taskWhat}</label><textarea id="task-what" name="what" required></textarea></div>
      <fieldset class="seats"><legend class="label">${t.item.taskWho}</legend><div class="wholist">
        ${people.map((line) => html`<label class="check"><input type="checkbox" name="who" value=${line.member} />${line.name}</label>`)}</div></fieldset>
      <div class="field"><label for="task-due">${t.item.taskDue}</label><input id="task-due" name="due" type="date" />
        <label class="check"><input type="checkbox" name="before" />${t.item.taskBefore}</label></div>
      <div class="actions"><button type="button" class="quiet" @click=${this.done}>${t.cancel}</button><button class="main">${t.item.taskSave}</button></div>
    </form>`;
  }
}

import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { RoomScreen } from "../parts/room_screen.js";
import { changeReason } from "../parts/change_reason.js";
import { dayOf, dueOf, isoDay } from "../parts/time.js";
import type { Task } from "../views/types.js";

function isoDate(due: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(due) ? due : "";
}

/** Work, who, until when, and of which item. */
@customElement("hcb-give-task")
export class GiveTask extends RoomScreen {
  /** One given before, to be put right. */
  @property({ attribute: false }) task: Task | null = null;
  @state() private due = "";
  @state() private past = false;
  protected override ticking = false;

  override connectedCallback(): void {
    super.connectedCallback();
    this.due = isoDate(this.task?.due ?? "");
  }

  private readonly done = (): void => {
    this.dispatchEvent(new CustomEvent("done"));
  };

  private async submit(event: SubmitEvent): Promise<void> {
    event.preventDefault();
    const form = new FormData(event.target as HTMLFormElement);
    const before = form.get("before") === "on" && this.due !== "";
    if (!this.past && this.isPast(before)) {
      this.past = true;
      return;
    }
    const args = {
      item: form.get("item") ?? "", what: form.get("what"), who: form.getAll("who"), due: this.due || this.unsaid, before, confirmed: this.past,
      task: this.task?.task ?? "", reason: form.get("reason") ?? "",
    };
    await this.room.order("give_task", args).then(this.done, () => undefined);
  }

  /** A date that is over on the day of the meeting is asked about once (the server refuses it unasked). */
  private isPast(before: boolean): boolean {
    const day = isoDay(this.room.views.meeting?.starts_at ?? this.room.now());
    return this.due !== "" && (this.due < day || (before && this.due === day));
  }

  /** A deadline in words ("trước Tết") stays as it was while no day is chosen. */
  private get unsaid(): string {
    const due = this.task?.due ?? "";
    return isoDate(due) ? "" : due;
  }

  private readonly setDue = (e: Event): void => {
    this.due = (e.target as HTMLInputElement).value;
    this.past = false;
  };

  /** The item now, or any other that is open to all; one given before stays with its own. */
  private ofItem(): TemplateResult | typeof nothing {
    const agenda = this.room.views.agenda;
    const items = (agenda?.items ?? []).filter((item) => !item.secret);
    if (this.task || !items.length) return nothing;
    return html`<div class="field"><label for="task-item">${t.handed.item}</label><select id="task-item" name="item">
      ${agenda?.now ? nothing : html`<option value="">${t.handed.ofNone}</option>`}
      ${items.map((item) => html`<option value=${item.id} ?selected=${item.id === agenda?.now}>${item.title}</option>`)}</select></div>`;
  }

  protected override render(): TemplateResult {
    const people = (this.room.views.ledger?.lines ?? []).filter((line) => line.status !== "temporary");
    return html`<form class="stack" @submit=${this.submit}>
      <div class="field"><label for="task-what">${t.item.taskWhat}</label><textarea id="task-what" name="what" required .value=${this.task?.what ?? ""}></textarea></div>
      ${this.ofItem()}
      <fieldset class="seats"><legend class="label">${t.item.taskWho}</legend><div class="wholist">
        ${people.map((line) => html`<label class="check"><input type="checkbox" name="who" value=${line.member} ?checked=${this.task?.members?.includes(line.member)} />${line.name}</label>`)}</div></fieldset>
      <div class="field"><label for="task-due">${t.item.taskDue}</label><input id="task-due" name="due" type="date" .value=${this.due} @input=${this.setDue} />
        ${this.due || this.unsaid ? html`<small class="soft">${this.due ? t.item.day(dueOf(this.due)) : this.unsaid}</small>` : nothing}
        <label class="check"><input type="checkbox" name="before" ?checked=${this.task?.before} @change=${() => { this.past = false; }} />${t.item.taskBefore}</label></div>
      ${changeReason(this.room, this.task !== null)}
      ${this.past ? banner("warning", t.item.duePast(dayOf(this.room.views.meeting?.starts_at ?? this.room.now()))) : nothing}
      <div class="actions"><button type="button" class="quiet" @click=${this.done}>${t.cancel}</button><button class="main">${this.past ? t.item.taskSaveAll : t.item.taskSave}</button></div>
    </form>`;
  }
}

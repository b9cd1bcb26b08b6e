import { html, nothing, type TemplateResult } from "lit";
import { customElement, property } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { RoomScreen } from "../parts/room_screen.js";
import { momentNear, timeOf } from "../parts/time.js";
import type { LedgerLine } from "../views/types.js";

/** When a member came, went or stepped out, as the paper form has it. Emits `done`. */
@customElement("hcb-roll-times")
export class RollTimes extends RoomScreen {
  @property({ attribute: false }) line!: LedgerLine;
  protected override ticking = false;

  private readonly done = (): void => {
    this.dispatchEvent(new CustomEvent("done"));
  };

  private readonly save = (e: SubmitEvent): void => {
    e.preventDefault();
    void this.send(new FormData(e.target as HTMLFormElement)).then(this.done, () => undefined); // what was typed stays on a refusal
  };

  private async send(form: FormData): Promise<void> {
    const { line, room } = this;
    const meeting = room.views.meeting;
    const near = meeting?.began_at ?? meeting?.starts_at ?? room.now();
    const told = (name: string): number => momentNear(near, String(form.get(name) ?? "")) ?? 0;
    const [came, late, left, back] = [told("came"), form.get("late") === "on", told("left"), told("back")];
    if (came !== (line.told_at ?? 0) || late !== line.late) {
      await room.send("call", { member: line.member, present: true, channel: line.channel === "remote" ? "remote" : "hall", late, happened_at: came });
    }
    if (left && (back || left !== line.left_at)) await room.send("leave_hall", { member: line.member, happened_at: left, back_at: back });
  }

  protected override render(): TemplateResult {
    const { line } = this;
    const hall = line.channel !== "remote";
    return html`<form class="told" @submit=${this.save}>
      <p class="strong">${t.roll.times(line.name)}</p>
      ${this.time("came", t.roll.cameAt, line.told_at ?? null)}
      <label class="check"><input type="checkbox" name="late" .defaultChecked=${line.late} />${t.roll.markLate}</label>
      ${hall ? html`${this.time("left", t.roll.leftAt, line.left_at)}${this.time("back", t.roll.backAt, null)}
        <p class="soft small">${t.roll.backHint}</p>` : nothing}
      <div class="actions"><button type="button" class="quiet" @click=${this.done}>${t.cancel}</button><button class="main">${t.save}</button></div></form>`;
  }

  private time(name: string, words: string, at: number | null): TemplateResult {
    const id = `${name}-${this.line.member}`;
    return html`<div class="field"><label for=${id}>${words}</label><input id=${id} name=${name} type="time" .defaultValue=${at === null ? "" : timeOf(at)} /></div>`;
  }
}

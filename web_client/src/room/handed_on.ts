import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Flag, Landmark, ListTodo } from "lucide";
import "./give_task.js";
import "./petition.js";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { modal } from "../parts/modal.js";
import { typedTag } from "../parts/paper.js";
import { RoomScreen } from "../parts/room_screen.js";
import { dueOf } from "../parts/time.js";
import type { Petition, Task } from "../views/types.js";

const words = t.handed;

/** What the meeting handed on, of every item: given, put right and withdrawn, between items and after the close too.
 * ``button``: behind one button, for desks that are full. */
@customElement("hcb-handed-on")
export class HandedOn extends RoomScreen {
  static override properties = { ...RoomScreen.properties, button: { type: Boolean } };
  declare button: boolean;
  @state() private open: "" | "list" | "task" | "petition" | "withdraw" = "";
  @state() private one: Task | Petition | null = null;
  protected override ticking = false;

  private readonly shut = (): void => {
    this.open = this.button && this.open !== "list" ? "list" : "";
    this.one = null;
  };

  private begin(open: "task" | "petition" | "withdraw", one: Task | Petition | null): void {
    this.one = one;
    this.open = open;
  }

  private get writable(): boolean {
    const state = this.room.views.meeting?.state;
    return (state === "open" || state === "closed") && this.room.may("chair", "secretary", "deputy");
  }

  protected override render(): TemplateResult | typeof nothing {
    const { tasks, petitions } = this.room.views;
    if (!tasks || !petitions) return nothing;
    const task = this.one && "task" in this.one ? this.one : null;
    const petition = this.one && "petition" in this.one ? this.one : null;
    const list = this.button
      ? html`<button class="quiet" @click=${() => { this.open = "list"; }}>${icon(ListTodo)}${words.button(tasks.length + petitions.length)}</button>
        ${modal(this.open === "list", words.title, () => html`${this.all(tasks, petitions)}<div class="actions"><button @click=${this.shut}>${t.close}</button></div>`, this.shut, true)}`
      : html`<section class="card stack tight"><h2>${words.title}</h2>${this.all(tasks, petitions)}</section>`;
    return html`${list}
      ${modal(this.open === "task", task ? t.item.rightTask : t.item.task, () => html`<hcb-give-task .room=${this.room} .task=${task} @done=${this.shut}></hcb-give-task>`, this.shut)}
      ${modal(this.open === "petition", petition ? t.item.rightPetition : t.item.petition, () => html`<hcb-petition .room=${this.room} .petition=${petition} @done=${this.shut}></hcb-petition>`, this.shut)}
      ${modal(this.open === "withdraw", words.withdrawTitle, () => this.withdrawing(task, petition), this.shut)}`;
  }

  private all(tasks: Task[], petitions: Petition[]): TemplateResult {
    return html`${this.writable ? html`<div class="row"><button @click=${() => this.begin("task", null)}>${icon(Flag)}${t.item.task}</button>
        <button @click=${() => this.begin("petition", null)}>${icon(Landmark)}${t.item.petition}</button></div>` : nothing}
      ${tasks.length + petitions.length ? nothing : html`<p class="soft">${words.none}</p>`}
      ${this.byItem(tasks).map(([title, given]) => html`<h3>${title}</h3><ul class="tasks">${given.map((task) => this.task(task))}</ul>`)}
      ${petitions.length ? html`<h3>${t.item.petitions}</h3><ul class="tasks">${petitions.map((one) => this.petition(one))}</ul>` : nothing}`;
  }

  /** In the order of the agenda; what belongs to no item comes last. */
  private byItem(tasks: Task[]): [string, Task[]][] {
    const items = this.room.views.agenda?.items ?? [];
    const known = new Set(items.map((item) => item.id));
    const found = items.map((item, n): [string, Task[]] => [words.ofItem(n + 1, item.title), tasks.filter((task) => task.item === item.id)]);
    return [...found, [words.ofNone, tasks.filter((task) => !known.has(task.item))] as [string, Task[]]].filter(([, given]) => given.length);
  }

  private task(task: Task): TemplateResult {
    return html`<li>${task.what}${typedTag(task.typed)}<span class="soft small block">${task.who.join(", ")}${task.due ? ` · ${t.item.due(dueOf(task.due), task.before)}` : ""}</span>
      ${this.tools("task", task, t.item.rightTask, words.withdrawTask)}</li>`;
  }

  private petition(one: Petition): TemplateResult {
    return html`<li>${one.text}${typedTag(one.typed)}${one.to ? html`<span class="soft small block">${t.item.to(one.to)}</span>` : nothing}
      ${this.tools("petition", one, t.item.rightPetition, words.withdrawPetition)}</li>`;
  }

  private tools(open: "task" | "petition", one: Task | Petition, right: string, withdraw: string): TemplateResult | typeof nothing {
    if (!this.writable) return nothing;
    return html`<span class="row"><button class="quiet small" aria-label=${right} @click=${() => this.begin(open, one)}>${t.item.right}</button>
      <button class="quiet small" aria-label=${withdraw} @click=${() => this.begin("withdraw", one)}>${words.withdraw}</button></span>`;
  }

  private withdrawing(task: Task | null, petition: Petition | null): TemplateResult {
    const read = this.room.views.meeting?.read_back ?? false;
    const submit = (e: SubmitEvent): void => {
      e.preventDefault();
      const reason = new FormData(e.target as HTMLFormElement).get("reason");
      const [name, args] = task ? ["withdraw_task", { task: task.task, reason }] : ["withdraw_petition", { petition: petition?.petition, reason }];
      this.room.order(name as string, args as Record<string, unknown>).then(this.shut, () => undefined);
    };
    return html`<form class="stack" @submit=${submit}><p class="serif">${task?.what ?? petition?.text}</p><p>${words.withdrawWhat}</p>
      <div class="field"><label for="withdraw-reason">${read ? words.reasonNeeded : words.reason}</label><input id="withdraw-reason" name="reason" type="text" maxlength="500" ?required=${read} /></div>
      <div class="actions"><button type="button" class="quiet" @click=${this.shut}>${t.cancel}</button><button class="main">${words.withdrawDo}</button></div></form>`;
  }
}

import { html, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Keyboard } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { RoomScreen } from "../parts/room_screen.js";

/** Speech written by hand ("ghi tay"): kept on this device until the server has it. */
@customElement("hcb-typed")
export class Typed extends RoomScreen {
  @state() private who: string | null = null;
  @state() private text = "";
  protected override ticking = false;

  private get place(): string {
    return `hcb-typed:${this.room.entry.meeting}`;
  }

  protected override firstUpdated(): void {
    this.text = localStorage.getItem(this.place) ?? "";
  }

  private write(text: string): void {
    this.text = text;
    localStorage.setItem(this.place, text);
  }

  private async send(): Promise<void> {
    const text = this.text.trim();
    if (!text) return;
    const member = this.who ?? this.room.views.floor?.speaker?.member ?? "";
    const remote = this.room.views.ledger?.lines.find((line) => line.member === member)?.channel === "remote";
    this.write("");
    await this.room.send("type_speech", { member, text, channel: remote ? "remote" : "hall" }, true).catch(() => {
      if (!this.text) this.write(text);
    });
  }

  protected override render(): TemplateResult {
    const { ledger, floor } = this.room.views;
    const now = this.who ?? floor?.speaker?.member ?? "";
    const key = (e: KeyboardEvent): void => {
      if (e.key !== "Enter" || !e.ctrlKey) return;
      e.preventDefault();
      e.stopPropagation();
      void this.send();
    };
    return html`<section class="typed">
      <label class="sr" for="typed-who">${t.secretary.typeWho}</label>
      <select id="typed-who" @change=${(e: Event) => { this.who = (e.target as HTMLSelectElement).value; }}>
        <option value="" ?selected=${now === ""}>${t.room.unknownSpeaker}</option>
        ${ledger?.lines.map((one) => html`<option value=${one.member} ?selected=${one.member === now}>${one.name}</option>`)}
        ${ledger?.guests.map((one) => html`<option value=${one.guest} ?selected=${one.guest === now}>${one.name}</option>`)}</select>
      <label class="sr" for="typed-text">${t.secretary.typeWhat}</label>
      <textarea id="typed-text" rows="2" maxlength="8000" placeholder=${t.secretary.typeWhat} .value=${this.text} @input=${(e: Event) => this.write((e.target as HTMLTextAreaElement).value)} @keydown=${key}></textarea>
      <button ?disabled=${!this.text.trim()} @click=${this.send}>${icon(Keyboard)}${t.secretary.type}</button>
    </section>`;
  }
}

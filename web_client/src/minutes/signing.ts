import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { Download, FileCheck, FileUp } from "lucide";
import { t } from "../messages/vi.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { RoomScreen } from "../parts/room_screen.js";
import { get, uploadAll } from "../protocol/http.js";

const LARGEST = 30 * 1024 * 1024;

/** Signed on paper: print the slip (where the pages themselves carry no codes), sign, send the scan back; the server compares it and seals it beside the record. */
@customElement("hcb-signing")
export class Signing extends RoomScreen {
  @state() private busy = false;
  @state() private tooLarge = false;
  @state() private done = false;
  @state() private codes: "" | "slip" | "pages" = "";
  @state() private fault: unknown = null;
  protected override ticking = false;

  protected override firstUpdated(): void {
    get<{ codes: "" | "slip" | "pages" }>(this.path("signing")).then((told) => { this.codes = told.codes; }, () => undefined); // the slip is never wrong
  }

  private path(file: string): string {
    return `/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/${file}`;
  }

  /** The same files may be sent again: an input that still holds them would stay silent. */
  private picked(input: HTMLInputElement): void {
    const files = [...(input.files ?? [])];
    void this.send(files).then(() => {
      input.value = "";
    });
  }

  private async send(files: File[]): Promise<void> {
    this.fault = null;
    this.tooLarge = files.reduce((sum, file) => sum + file.size, 0) > LARGEST;
    if (this.busy || !files.length || this.tooLarge) return;
    this.busy = true;
    try {
      await uploadAll(this.path("scan"), files);
      this.done = true;
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  protected override render(): TemplateResult | typeof nothing {
    const record = this.room.views.record;
    const signed = this.done || record?.versions.at(-1)?.state === "hand_signed";
    if (!this.room.may("chair", "secretary", "deputy")) return nothing;
    return html`<section class="stack"><h3>${t.signing.title}</h3>
      ${this.done ? html`<p class="strong" role="status">${icon(FileCheck)} ${t.signing.signed}</p>` : signed ? nothing : html`<p>${this.codes === "pages" ? t.signing.howPages : t.signing.how}</p>`}
      <div class="row">${this.codes === "pages"
          ? html`<a class="button" href=${this.path("minutes.pdf")} download>${icon(Download)}${t.approve.pdf}</a>`
          : html`<a class="button" href=${this.path("slip.pdf")} download>${icon(Download)}${t.signing.slip}</a>`}
        <label class="button" for="scan" aria-disabled=${this.busy ? "true" : nothing}>${icon(FileUp)}${signed ? t.signing.again : t.signing.pick}</label>
        <input id="scan" class="sr" type="file" multiple accept=".pdf,.jpg,.jpeg,.png" ?disabled=${this.busy} @change=${(e: Event) => this.picked(e.target as HTMLInputElement)} /></div>
      <p class="soft small">${t.signing.kinds}</p>
      ${this.busy ? html`<div role="status"><p>${t.signing.busy}</p><progress></progress></div>` : nothing}
      ${this.tooLarge ? banner("error", t.signing.tooLarge) : nothing}${faultBanner(this.fault)}</section>`;
  }
}

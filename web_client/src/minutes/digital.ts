import { html, nothing, type PropertyValues, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Download, FileCheck, FileUp, PenLine } from "lucide";
import { t } from "../messages/vi.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { get, sendForm, upload } from "../protocol/http.js";
import "../styles/minutes.css";

const LARGEST_KEY = 64 * 1024;
const LARGEST_PDF = 20 * 1024 * 1024;

interface Signing {
  state: string;
  says: string;
  original: string;
  mine: "" | "secretary" | "chair";
  turn: boolean;
  signers: { role: string; name: string }[];
}

/** How far a sealed record is signed, and, for the secretary and the chair in their turn, the two ways to sign it. */
@customElement("hcb-digital")
export class Digital extends Screen {
  @property() meeting = "";
  /** The fingerprint sealed last: another one means that somebody has signed. */
  @property() newest = "";
  @state() private signing: Signing | null = null;
  @state() private busy = false;
  @state() private done = false;
  /** The name of the key file that was chosen. */
  @state() private key = "";
  @state() private tooLarge = "";
  @state() private fault: unknown = null;

  protected override updated(changed: PropertyValues): void {
    if (changed.has("meeting") || changed.has("newest")) void this.load();
  }

  private path(file: string): string {
    return `/api/meetings/${encodeURIComponent(this.meeting)}/${file}`;
  }

  private async load(): Promise<void> {
    try {
      this.signing = await get<Signing>(this.path("signing"));
    } catch {
      this.signing = null; // who may not see the record has nothing to sign
    }
  }

  private async send(size: number, largest: number, work: () => Promise<unknown>): Promise<void> {
    this.fault = null;
    this.tooLarge = size > largest ? (largest === LARGEST_KEY ? t.digital.keyTooLarge : t.digital.pdfTooLarge) : "";
    if (this.busy || this.tooLarge) return;
    this.busy = true;
    try {
      await work();
      this.done = true;
      await this.load();
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  private byKey(event: SubmitEvent): void {
    event.preventDefault();
    const sheet = event.target as HTMLFormElement;
    const form = new FormData(sheet);
    const key = form.get("file") as File;
    const secret = sheet.querySelector<HTMLInputElement>("input[type=password]");
    void this.send(key.size, LARGEST_KEY, () => sendForm(this.path("sign"), form)).then(() => {
      if (secret) secret.value = "";
    });
  }

  private byPdf(input: HTMLInputElement): void {
    const pdf = input.files?.[0];
    if (!pdf) return;
    void this.send(pdf.size, LARGEST_PDF, () => upload(this.path("signed"), pdf, pdf.name)).then(() => {
      input.value = "";
    });
  }

  protected override render(): TemplateResult | typeof nothing {
    const signing = this.signing;
    if (!signing?.state) return nothing;
    return html`<section class="stack tight digital"><h3>${t.digital.title}</h3>
      <p role="status"><span class="strong">${icon(FileCheck)} ${signing.says}</span></p>
      ${signing.signers.length ? html`<ul class="plainlist">${signing.signers.map((one) => html`<li>${t.digital.signed[one.role] ?? one.role}: ${t.digital.comrade(one.name)}</li>`)}</ul>` : nothing}
      ${signing.original ? html`<p class="soft">${signing.original}</p>` : nothing}
      ${this.done ? banner("ok", t.digital.done) : nothing}
      ${signing.mine ? (signing.turn ? this.ways() : html`<p>${t.digital.waiting}</p>`) : nothing}
      ${this.busy ? html`<div role="status"><p>${t.digital.busy}</p><progress></progress></div>` : nothing}
      ${this.tooLarge ? banner("error", this.tooLarge) : nothing}${faultBanner(this.fault)}</section>`;
  }

  private ways(): TemplateResult {
    return html`<p>${t.digital.how}</p>
      <details><summary class="strong">${t.digital.byKey}</summary><form class="stack" @submit=${(e: SubmitEvent) => this.byKey(e)}>
        <div class="row"><label class="button" for="p12">${icon(FileUp)}${t.digital.key}</label>
          <input id="p12" name="file" class="sr" type="file" accept=".p12,.pfx" @change=${(e: Event) => { this.key = (e.target as HTMLInputElement).files?.[0]?.name ?? ""; }} />
          ${this.key ? html`<span role="status">${t.digital.chosen(this.key)}</span>` : nothing}</div>
        <div class="field"><label for="p12word">${t.digital.password}</label><input id="p12word" name="password" type="password" autocomplete="off" maxlength="400" /></div>
        <p class="soft small">${t.digital.keyKept}</p>
        <button class="main wide" ?disabled=${this.busy || !this.key}>${icon(PenLine)}${t.digital.sign}</button></form></details>
      <details><summary class="strong">${t.digital.elsewhere}</summary><div class="stack"><p>${t.digital.elsewhereHow}</p>
        <div class="row"><a class="button" href=${this.path("to-sign.pdf")} download>${icon(Download)}${t.digital.get}</a>
          <label class="button" for="signedpdf" aria-disabled=${this.busy ? "true" : nothing}>${icon(FileUp)}${t.digital.give}</label>
          <input id="signedpdf" class="sr" type="file" accept=".pdf" ?disabled=${this.busy} @change=${(e: Event) => this.byPdf(e.target as HTMLInputElement)} /></div></div></details>`;
  }
}

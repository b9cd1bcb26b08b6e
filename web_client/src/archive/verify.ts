import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { CircleCheck, CircleX, FileCheck, FileUp } from "lucide";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { momentOf } from "../parts/time.js";
import { upload } from "../protocol/http.js";

interface Verdict {
  whole: boolean;
  sentence: string;
  title: string;
  number: string;
  sealed_by: string;
  sealed_at: number | null;
  parts: { name: string; ok: boolean; says: string }[];
}

const LARGEST = 100 * 1024 * 1024;

/** Drop a file: one sentence, then the details. */
@customElement("hcb-verify")
export class Verify extends Screen {
  @state() private verdict: Verdict | null = null;
  @state() private file = "";
  @state() private busy = false;
  @state() private over = false;
  @state() private tooLarge = false;
  @state() private fault: unknown = null;

  /** The same file may be checked again: an input that still holds it would stay silent. */
  private picked(input: HTMLInputElement): void {
    void this.check(input.files?.[0]).then(() => {
      input.value = "";
    });
  }

  private async check(file: File | undefined): Promise<void> {
    if (!file) return;
    this.verdict = this.fault = null;
    this.file = file.name;
    this.tooLarge = file.size > LARGEST;
    if (this.tooLarge) return;
    this.busy = true;
    try {
      this.verdict = await upload<Verdict>("/api/verify", file, file.name);
    } catch (fault) {
      this.fault = fault;
    }
    this.busy = false;
  }

  protected override render(): TemplateResult {
    const drop = (e: DragEvent): void => {
      e.preventDefault();
      this.over = false;
      void this.check(e.dataTransfer?.files[0]);
    };
    return html`<main class="page narrow stack"><h1 class="ruled">${t.verify.title}</h1><p>${t.verify.what}</p>
      <div class="drop ${this.over ? "over" : ""}" @dragover=${(e: DragEvent) => { e.preventDefault(); this.over = true; }} @dragleave=${() => { this.over = false; }} @drop=${drop}>
        ${icon(FileUp, 44)}<p>${t.verify.drop}</p>
        <label class="button main" for="record">${t.verify.pick}</label><input id="record" class="sr" type="file" accept=".zip,.pdf" @change=${(e: Event) => this.picked(e.target as HTMLInputElement)} />
      </div>
      ${this.busy ? html`<div role="status"><p>${t.verify.busy} ${this.file}</p><progress></progress></div>` : nothing}
      ${faultBanner(this.fault)}${this.tooLarge ? banner("error", t.verify.tooLarge) : nothing}
      ${this.verdict ? this.result(this.verdict) : nothing}
      <p class="soft small">${t.verify.offline}</p></main>`;
  }

  private result(verdict: Verdict): TemplateResult {
    return html`<section class="verdict ${verdict.whole ? "good" : "bad"}" role="status">${icon(verdict.whole ? CircleCheck : CircleX, 44)}
        <div class="stack tight"><h2>${verdict.whole ? t.verify.whole : t.verify.broken}</h2><p>${verdict.sentence}</p><p class="soft small">${this.file}</p></div></section>
      <section class="card stack tight">
        ${verdict.title ? html`<h3>${verdict.title}${verdict.number ? ` · ${t.approve.number(verdict.number)}` : ""}</h3>` : nothing}
        ${verdict.sealed_by ? html`<p>${icon(FileCheck, 20)} ${t.verify.by(verdict.sealed_by)}${verdict.sealed_at ? `, ${t.verify.at(momentOf(verdict.sealed_at))}` : ""}</p>` : nothing}
        <div tabindex="0" class="tablewrap"><table><thead><tr><th>${t.verify.part}</th><th>${t.verify.says}</th></tr></thead><tbody>
          ${verdict.parts.map((part) => html`<tr class=${part.ok ? "" : "bad"}><td><code>${part.name}</code></td><td>${part.ok ? "✓" : "✗"} ${part.says}</td></tr>`)}
        </tbody></table></div></section>`;
  }
}

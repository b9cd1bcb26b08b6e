import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { CircleAlert, CircleCheck, CircleX, FileUp, type IconNode } from "lucide";
import "../styles/archive.css";
import { t } from "../messages/vi.js";
import { banner, faultBanner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { upload } from "../protocol/http.js";
import type { RecordCheck } from "./record_file.js";
import { details, ownFaults, type Verdict } from "./verdict.js";

const LARGEST = 100 * 1024 * 1024;

/** Drop a file: it is checked here at once, then by the server (signatures, trust, newest); one sentence, then all. */
@customElement("hcb-verify")
export class Verify extends Screen {
  private turn = 0;
  @state() private verdict: Verdict | null = null;
  @state() private own: RecordCheck | null = null;
  @state() private file = "";
  @state() private busy = false;
  @state() private over = false;
  @state() private tooLarge = false;
  @state() private fault: unknown = null;

  /** The same file may be checked again: an input that still holds it would stay silent. */
  private picked(input: HTMLInputElement): void {
    const file = input.files?.[0];
    input.value = "";
    void this.check(file);
  }

  /** A newer file takes over: what is still being found out about an older one is not told any more. */
  private async check(file: File | undefined): Promise<void> {
    if (!file) return;
    const turn = (this.turn += 1);
    this.verdict = this.own = this.fault = null;
    this.file = file.name;
    this.tooLarge = file.size > LARGEST;
    this.busy = !this.tooLarge;
    if (this.tooLarge) return;
    const own = await here(file);
    if (turn !== this.turn) return;
    this.own = own;
    const answer = upload<Verdict>("/api/verify", file, file.name);
    await answer.then((verdict) => this.told(turn, verdict, null), (fault: unknown) => this.told(turn, null, fault));
  }

  private told(turn: number, verdict: Verdict | null, fault: unknown): void {
    if (turn !== this.turn) return;
    [this.verdict, this.fault, this.busy] = [verdict, fault, false];
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
      ${this.tooLarge ? banner("error", t.verify.tooLarge) : nothing}
      ${this.verdict ? this.result(this.verdict) : this.own?.record ? this.result(null) : nothing}
      ${faultBanner(this.fault)}
      <p class="soft small">${t.verify.offline}</p></main>`;
  }

  /** Without the server's verdict the browser's own one stands alone, and says what it left out. */
  private result(verdict: Verdict | null): TemplateResult {
    const broken = (this.own?.faults.length ?? 0) > 0;
    const [kind, sign, heading] = this.heading(verdict, broken);
    const sentence = verdict && !(verdict.whole && broken) ? verdict.sentence : broken ? t.verify.brokenHere : t.verify.wholeHere;
    return html`<section class="verdict ${kind}" role="status">${icon(sign, 44)}
        <div class="stack tight"><h2>${heading}</h2><p>${sentence}</p><p class="soft small">${this.file}</p></div></section>
      ${verdict ? details(verdict) : nothing}
      ${this.own?.record ? ownFaults(this.own, verdict) : nothing}`;
  }

  private heading(verdict: Verdict | null, broken: boolean): [string, IconNode, string] {
    if (verdict?.kind === "none") return ["doubt", CircleAlert, t.verify.notARecord];
    if (broken || (verdict && !verdict.whole)) return ["bad", CircleX, verdict?.kind === "pdf" ? t.verify.pdfBroken : t.verify.broken];
    if (verdict?.kind === "pdf") return [verdict.trusted ? "good" : "doubt", verdict.trusted ? CircleCheck : CircleAlert, t.verify.pdfWhole];
    if (verdict?.known === false) return ["doubt", CircleAlert, t.verify.foreign];
    if (verdict?.newest === "no") return ["doubt", CircleAlert, t.verify.older];
    return ["good", CircleCheck, t.verify.whole];
  }
}

/** The browser's own check; null where it has no WebCrypto (plain http to another machine). */
async function here(file: File): Promise<RecordCheck | null> {
  if (!("subtle" in crypto)) return null;
  try {
    const { checkRecord } = await import("./record_file.js");
    return await checkRecord(new Uint8Array(await file.arrayBuffer()));
  } catch {
    return null;
  }
}

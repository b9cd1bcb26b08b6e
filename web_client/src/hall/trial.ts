import { html, nothing, svg, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { Screen } from "../parts/screen.js";
import { Ear } from "./ear.js";
import { judge, type Block, type Measured, type Verdict } from "./verdict.js";

type Step = "silence" | "front" | "back" | "echo";
const STEPS: readonly Step[] = ["silence", "front", "back", "echo"];
const SECONDS: Record<Step, number> = { silence: 10, front: 15, back: 15, echo: 3 };

/** "Thử phòng họp": three minutes with pictures, then a verdict in words. Tells `done` when the person has read it. */
@customElement("hcb-trial")
export class Trial extends Screen {
  @property({ attribute: false }) track: MediaStreamTrack | null = null;
  /** Shorter steps, for trying the trial itself. */
  @property({ type: Number }) pace = 1;
  @state() private at = 0;
  @state() private running = false;
  @state() private share = 0;
  @state() private loud = 0;
  @state() verdict: Verdict | null = null;
  private found: Measured = { silence: [], front: [], back: [], bare: 0, cancelled: 0 };
  private gone = false;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.gone = true;
  }

  private async run(step: Step): Promise<void> {
    const { track } = this;
    if (!track || this.running) return;
    this.running = true;
    this.share = 0;
    const ear = new Ear(track);
    try {
      if (step === "echo") await this.echo(ear, track);
      else this.found = { ...this.found, [step]: await ear.listen(SECONDS[step] * this.pace, (done, now) => this.tell(done, now), () => this.gone) };
    } finally {
      ear.close();
      this.running = false;
    }
    this.at += 1;
    if (this.at === STEPS.length) this.verdict = judge(this.found);
  }

  /** With the canceller, as the others hear it; then the bare microphone, to know that the loudspeaker sounds at all. */
  private async echo(ear: Ear, track: MediaStreamTrack): Promise<void> {
    const cancelled = await ear.echo();
    this.share = 0.5;
    const bare = await bareMicrophone(track.getSettings().deviceId);
    const second = bare && new Ear(bare);
    const sounds = second ? await second.echo() : cancelled;
    second?.close();
    bare?.stop();
    this.share = 1;
    this.found = { ...this.found, cancelled, bare: sounds };
  }

  private tell(done: number, now: Block): void {
    this.share = done;
    this.loud = Math.min(1, Math.max(0, (now.level + 60) / 45));
  }

  private again(): void {
    this.at = 0;
    this.verdict = null;
  }

  protected override render(): TemplateResult {
    if (this.verdict) return this.result(this.verdict);
    const step = STEPS[this.at] ?? "silence";
    const words = t.trial[step];
    return html`<section class="card stack trial"><p class="soft">${t.trial.step(this.at + 1, STEPS.length)}</p>
      <h2>${words.title}</h2>${picture(step, this.running)}<p>${words.what}</p>
      ${step === "front" || step === "back" ? html`<blockquote>${t.trial.sentence}</blockquote>` : nothing}
      ${this.running
        ? html`<progress max="1" .value=${this.share} aria-label=${words.title}></progress>${step === "echo" ? nothing : meter(this.loud)}`
        : html`<button class="main wide" @click=${() => this.run(step)}>${words.start}</button>`}
      <button class="quiet" ?disabled=${this.running} @click=${this.finish}>${t.trial.stop}</button></section>`;
  }

  private result(verdict: Verdict): TemplateResult {
    const level = { good: "ok", fair: "warning", bad: "error" } as const;
    return html`<section class="card stack trial"><h2>${t.trial.verdict}</h2>
      ${banner(level[verdict.grade], t.trial.grades[verdict.grade])}
      ${verdict.findings.length ? html`<ul class="hints">${verdict.findings.map((one) => html`<li><span class="strong">${t.trial.findings[one.what].what}</span> ${t.trial.findings[one.what].advice}</li>`)}</ul>` : nothing}
      <p class="soft small num">${t.trial.figures(verdict.front - verdict.noise, verdict.back - verdict.noise)}</p>
      <button class="main wide" @click=${this.finish}>${t.trial.done}</button>
      <button @click=${this.again}>${t.trial.again}</button></section>`;
  }

  private readonly finish = (): void => {
    this.dispatchEvent(new CustomEvent("done", { bubbles: true }));
  };
}

async function bareMicrophone(device: string | undefined): Promise<MediaStreamTrack | null> {
  const audio = { ...(device ? { deviceId: { exact: device } } : {}), echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  const stream = await navigator.mediaDevices.getUserMedia({ audio }).catch(() => null);
  return stream?.getAudioTracks()[0] ?? null;
}

function meter(loud: number): TemplateResult {
  const lit = Math.round(loud * 12);
  return html`<span class="meter" aria-hidden="true">${Array.from({ length: 12 }, (_, n) => html`<i class=${n < lit ? "lit" : ""}></i>`)}</span>`;
}

/** The hall from above: the table with the microphone, rows of seats, the loudspeaker; who acts now is in colour. */
function picture(step: Step, running: boolean): TemplateResult {
  const seats = (y: number, on: boolean): unknown => [40, 80, 120, 160, 200].map((x) => svg`<circle cx=${x} cy=${y} r="10" class=${on ? "acts" : "rests"}></circle>`);
  const waves = (x: number, y: number): unknown => (running ? [14, 22, 30].map((r) => svg`<circle cx=${x} cy=${y} r=${r} class="wave"></circle>`) : nothing);
  return html`<svg class="hallpicture" viewBox="0 0 240 170" role="img" aria-label=${t.trial[step].title}>
    <rect x="75" y="12" width="90" height="26" rx="4" class="table"></rect>
    <rect x="116" y="16" width="8" height="18" rx="4" class=${step === "silence" ? "acts" : "mic"}></rect>
    <rect x="190" y="12" width="22" height="30" rx="3" class=${step === "echo" ? "acts" : "rests"}></rect><circle cx="201" cy="30" r="6" class="mic"></circle>
    ${seats(70, step === "front")}${seats(105, false)}${seats(140, step === "back")}
    ${step === "front" ? waves(120, 70) : step === "back" ? waves(120, 140) : step === "echo" ? waves(201, 28) : nothing}
  </svg>`;
}

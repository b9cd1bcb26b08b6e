import { html, nothing, type TemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { Pause, Play, RotateCcw, RotateCw } from "lucide";
import { t } from "../messages/vi.js";
import { icon } from "../parts/icon.js";
import { Screen } from "../parts/screen.js";
import { secondsOf, spanOf } from "../parts/time.js";
import { get } from "../protocol/http.js";
import type { Caption } from "../views/types.js";
import { barsOf, TrackPeaks, type Peaks } from "./peaks.js";
import { wave, type Own } from "./wave.js";

const RATE = 48_000;
const BEFORE = RATE / 2;
const AFTER = RATE;
const MOST = 120 * RATE; // the server cuts a span there
const STEP_S = 3;

/** Plays the very seconds a line rests on. The server cuts them; nothing is decoded here. */
@customElement("hcb-player")
export class Player extends Screen {
  @property() meeting = "";
  @state() private line: Caption | null = null;
  @state() private playing = false;
  @state() private at = 0;
  @state() private length = 0;
  @state() private failed = false;
  @state() private speed = 1;
  @state() private bars: number[] = [];
  private own: Own = { from: 0, to: 1 };
  private readonly loud = new TrackPeaks((path) => get<Peaks>(path));

  private get audio(): HTMLAudioElement | null {
    return this.querySelector("audio");
  }

  /** Plays from the line's start on. */
  async play(line: Caption): Promise<void> {
    this.line = line;
    this.bars = [];
    this.failed = line.method === "typed";
    if (this.failed) return;
    await this.updateComplete;
    const audio = this.audio;
    if (!audio) return;
    const start = Math.max(0, line.start - BEFORE);
    audio.src = `/api/meetings/${encodeURIComponent(this.meeting)}/sound/${encodeURIComponent(line.track)}/span?start=${start}&end=${line.end + AFTER}`;
    audio.playbackRate = this.speed;
    await audio.play().catch(() => undefined);
    await this.draw(line, start, Math.min(line.end + AFTER, start + MOST)); // the sound comes first
  }

  private async draw(line: Caption, start: number, end: number): Promise<void> {
    const wanted = (): boolean => this.isConnected && this.line === line && !this.failed;
    const path = `/api/meetings/${encodeURIComponent(this.meeting)}/peaks/${encodeURIComponent(line.track)}`;
    const known = await this.loud.of(path, Math.min(line.end, end) / RATE, wanted);
    if (!known || !wanted()) return;
    const share = (position: number): number => Math.min(1, (position - start) / (end - start));
    this.own = { from: share(line.start), to: share(line.end) };
    this.bars = barsOf(known, start / RATE, end / RATE);
  }

  private failing(): void {
    this.failed = Boolean(this.audio?.src);
    this.loud.forget();
  }

  toggle(): void {
    const audio = this.audio;
    if (!audio?.src) return;
    if (audio.paused) void audio.play().catch(() => undefined);
    else audio.pause();
  }

  step(seconds: number): void {
    const audio = this.audio;
    if (audio?.src) audio.currentTime = Math.max(0, Math.min(audio.duration || 0, audio.currentTime + seconds));
  }

  protected override render(): TemplateResult {
    const line = this.line;
    return html`<section class="player" aria-label=${t.player.title}>
      <audio preload="none" @timeupdate=${() => { this.at = this.audio?.currentTime ?? 0; }} @durationchange=${() => { this.length = this.audio?.duration ?? 0; }}
        @play=${() => { this.playing = true; }} @pause=${() => { this.playing = false; }} @error=${() => this.failing()}></audio>
      <button class="main round" aria-label=${this.playing ? t.player.pause : t.player.play} ?disabled=${!line || this.failed} @click=${() => this.toggle()}>${icon(this.playing ? Pause : Play)}</button>
      <button class="quiet" title=${t.player.back} ?disabled=${!line} @click=${() => this.step(-STEP_S)}>${icon(RotateCcw)}<span class="sr">${t.player.back}</span><span aria-hidden="true">3s</span></button>
      <button class="quiet" title=${t.player.ahead} ?disabled=${!line} @click=${() => this.step(STEP_S)}>${icon(RotateCw)}<span class="sr">${t.player.ahead}</span><span aria-hidden="true">3s</span></button>
      <div class="playertext">${line
        ? html`<span class="strong">${secondsOf(line.at)} ${line.name || t.room.unknownSpeaker}</span> <span class="soft ellipsis">${this.failed ? t.player.failed : line.text}</span>`
        : html`<span class="soft">${t.player.none}</span>`}</div>
      ${line && !this.failed
        ? html`<div class="seekbox ${this.bars.length ? "drawn" : ""}">${this.bars.length ? wave(this.bars, this.length ? this.at / this.length : 0, this.own) : nothing}
            <input class="seek" type="range" min="0" max=${this.length || 1} step="0.1" aria-label=${t.player.title} .value=${String(this.at)} @input=${(e: Event) => { if (this.audio) this.audio.currentTime = Number((e.target as HTMLInputElement).value); }} /></div>
            <span class="num small">${spanOf(this.at * 1000)} / ${spanOf((this.length || 0) * 1000)}</span>
            <select class="speed" aria-label=${t.player.speed} @change=${this.faster}>${[0.75, 1, 1.25, 1.5, 2].map((one) => html`<option value=${one} ?selected=${one === this.speed}>${one}×</option>`)}</select>`
        : nothing}
    </section>`;
  }

  private faster(event: Event): void {
    this.speed = Number((event.target as HTMLSelectElement).value);
    if (this.audio) this.audio.playbackRate = this.speed;
  }
}

import { svg, type TemplateResult } from "lit";

const HEIGHT = 40;
const MIDDLE = 18;
const LEAST = 1;
const MARK = 3;

/** Shares of the span, 0 to 1. */
export interface Own {
  from: number;
  to: number;
}

/** Bars behind the seek bar: what was played is darker, the line's own seconds are marked. For the eye only. */
export function wave(bars: number[], played: number, own: Own): TemplateResult {
  const width = bars.length;
  const done = Math.round(played * width);
  const x = own.from * width;
  const wide = Math.max(0, own.to - own.from) * width;
  return svg`<svg class="peaks" aria-hidden="true" focusable="false" viewBox="0 0 ${width} ${HEIGHT}" preserveAspectRatio="none">
    <rect class="own" x=${x} y="0" width=${wide} height=${HEIGHT}></rect><rect class="ownmark" x=${x} y=${HEIGHT - MARK} width=${wide} height=${MARK}></rect>
    <path class="played" d=${path(bars, 0, done)}></path><path class="ahead" d=${path(bars, done, width)}></path></svg>`;
}

function path(bars: number[], from: number, to: number): string {
  return bars.slice(from, to).map((bar, n) => {
    const half = Math.max(LEAST, bar * (MIDDLE - LEAST));
    return `M${from + n + 0.15} ${(MIDDLE - half).toFixed(1)}h.7v${(2 * half).toFixed(1)}h-.7z`;
  }).join("");
}

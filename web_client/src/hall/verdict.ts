/** What was measured in the hall, and what it means. Levels in dBFS; no page, no clock. */

export type Grade = "good" | "fair" | "bad";
export type Finding = "noisy" | "front_quiet" | "back_quiet" | "clipping" | "echo" | "no_loudspeaker";

export interface Measured {
  /** The room in silence, the first row and the last row speaking: 50 ms blocks. */
  silence: readonly Block[];
  front: readonly Block[];
  back: readonly Block[];
  /** How surely the loudspeaker is heard by the bare microphone, and through the echo canceller (0…1). */
  bare: number;
  cancelled: number;
}

export interface Block {
  level: number;
  peak: number;
}

export interface Verdict {
  grade: Grade;
  findings: { what: Finding; grade: Exclude<Grade, "good"> }[];
  noise: number;
  front: number;
  back: number;
}

const FULL = 0.985;
/** Voice above the noise: what recognition needs to hear words (below the second it guesses). */
const ABOVE = { front: [18, 10], back: [14, 8] } as const;
const NOISY = [-42, -34] as const;
const CLIPPED = [0.01, 0.05] as const;
/** Correlation with the tone that was played: chance stays below 0.15 at this length. */
export const HEARD = 0.3;
const ECHO = [0.3, 0.6] as const;

export function block(samples: Float32Array): Block {
  let power = 0;
  let peak = 0;
  for (const sample of samples) {
    power += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  return { level: 10 * Math.log10(power / samples.length + 1e-9), peak };
}

/** The level that `share` of the blocks stay below. */
function quantile(blocks: readonly Block[], share: number): number {
  const levels = blocks.map((one) => one.level).sort((a, b) => a - b);
  return levels[Math.min(levels.length - 1, Math.floor(levels.length * share))] ?? -90;
}

export function judge(measured: Measured): Verdict {
  const noise = quantile(measured.silence, 0.5);
  const front = quantile(measured.front, 0.8);
  const back = quantile(measured.back, 0.8);
  const spoken = [...measured.front, ...measured.back];
  const clipped = spoken.filter((one) => one.peak >= FULL).length / Math.max(1, spoken.length);
  const findings: Verdict["findings"] = [];
  const above = (what: Finding, value: number, [fair, bad]: readonly [number, number]): void => {
    if (value > fair) findings.push({ what, grade: value > bad ? "bad" : "fair" });
  };
  above("noisy", noise, NOISY);
  above("front_quiet", noise - front, [-ABOVE.front[0], -ABOVE.front[1]]);
  above("back_quiet", noise - back, [-ABOVE.back[0], -ABOVE.back[1]]);
  above("clipping", clipped, CLIPPED);
  above("echo", measured.cancelled, ECHO);
  if (measured.bare < HEARD && measured.cancelled < HEARD) findings.push({ what: "no_loudspeaker", grade: "fair" });
  const grade = findings.some((one) => one.grade === "bad") ? "bad" : findings.length ? "fair" : "good";
  return { grade, findings, noise, front, back };
}

/** A tone that rises from 300 to 3,000 Hz, soft at both ends: found again in any room. */
export function chirp(rate: number, seconds = 0.3): Float32Array {
  const count = Math.round(rate * seconds);
  const rise = (3_000 - 300) / seconds;
  return Float32Array.from({ length: count }, (_, n) => {
    const at = n / rate;
    const soft = Math.min(1, n / (0.02 * rate), (count - n) / (0.02 * rate));
    return 0.6 * soft * Math.sin(2 * Math.PI * (300 * at + (rise * at * at) / 2));
  });
}

/** Fewer samples: the mean of each `factor`. */
export function lowered(samples: Float32Array, factor: number): Float32Array {
  return Float32Array.from({ length: Math.floor(samples.length / factor) }, (_, n) => {
    let sum = 0;
    for (let k = 0; k < factor; k += 1) sum += samples[n * factor + k] ?? 0;
    return sum / factor;
  });
}

/** How like `wanted` the likest stretch of `heard` is, 0…1 (normalised cross-correlation, either sign). */
export function likeness(wanted: Float32Array, heard: Float32Array): number {
  const own = Math.sqrt(wanted.reduce((sum, one) => sum + one * one, 0));
  let most = 0;
  for (let lag = 0; lag + wanted.length <= heard.length; lag += 1) {
    let cross = 0;
    let power = 0;
    for (let n = 0; n < wanted.length; n += 1) {
      const sample = heard[lag + n] ?? 0;
      cross += (wanted[n] ?? 0) * sample;
      power += sample * sample;
    }
    if (power > 1e-7) most = Math.max(most, Math.abs(cross) / (own * Math.sqrt(power)));
  }
  return Math.min(1, most);
}

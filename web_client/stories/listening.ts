/** A line that is played: the sound is made here, as no server cuts it. */
const RATE = 8000;

/** Loudness of a tenth of a second, 0 to 1000: words, and pauses between them. */
export const LOUD = Array.from({ length: 900 }, (_, n) => (n % 17 < 3 ? 8 : Math.round(180 + 620 * Math.abs(Math.sin(n * 1.7) * Math.cos(n * 0.31)))));

/** Plays the line whose words are pressed, and stands in it at `seconds`. */
export function listen(line: string, length: number, seconds: number): void {
  const sound = URL.createObjectURL(wav(length));
  Object.defineProperty(HTMLAudioElement.prototype, "src", {
    get(this: HTMLAudioElement) { return this.getAttribute("src") ?? ""; },
    set(this: HTMLAudioElement) { this.setAttribute("src", sound); },
  });
  document.querySelector<HTMLElement>(`[data-line="${line}"] .linetext`)?.click();
  setTimeout(() => {
    const audio = document.querySelector<HTMLAudioElement>("hcb-player audio");
    if (!audio) return;
    audio.preload = "auto";
    audio.addEventListener("loadedmetadata", () => { audio.pause(); audio.currentTime = seconds; }, { once: true });
    audio.load();
  }, 50);
}

/** Silence, as a WAV of 8 bits. */
function wav(length: number): Blob {
  const size = length * RATE;
  const head = new DataView(new ArrayBuffer(44));
  const words = (at: number, text: string): void => [...text].forEach((one, n) => head.setUint8(at + n, one.charCodeAt(0)));
  words(0, "RIFF"); words(8, "WAVEfmt "); words(36, "data");
  for (const [at, value] of [[4, 36 + size], [16, 16], [24, RATE], [28, RATE], [40, size]] as const) head.setUint32(at, value, true);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]] as const) head.setUint16(at, value, true);
  return new Blob([head, new Uint8Array(size).fill(128)], { type: "audio/wav" });
}

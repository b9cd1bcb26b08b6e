import { svg, type TemplateResult } from "lit";

/** What one step looks like on the device: a file that arrives, a row to press, a switch to turn on, a button. */
export type Step = { shows: "file" | "row" | "switch" | "button"; words: string };

const WIDTH = { phone: 190, window: 240 };
const HEIGHT = 130;

/** A sketch of the screen with the thing to press marked; the words on it are those of the device. */
export function sketch(frame: "phone" | "window", step: Step): TemplateResult {
  const width = WIDTH[frame];
  return svg`<svg class="sketch" viewBox="0 0 ${width} ${HEIGHT}" width=${width} height=${HEIGHT} aria-hidden="true">
    <rect x="1" y="1" width=${width - 2} height=${HEIGHT - 2} rx=${frame === "phone" ? 14 : 6} class="frame" />
    ${frame === "phone" ? svg`<rect x=${width / 2 - 18} y="7" width="36" height="4" rx="2" class="faint" />` : svg`<path d="M2 18H${width - 2}" class="line" /><circle cx="10" cy="10" r="3" class="faint" /><circle cx="20" cy="10" r="3" class="faint" />`}
    ${rows(width)}${marked(width, step)}</svg>` as TemplateResult;
}

function rows(width: number): TemplateResult[] {
  return [26, 46, 104].map((y) => svg`<rect x="14" y=${y} width=${width - (y === 46 ? 60 : 40)} height="7" rx="3" class="faint" />` as TemplateResult);
}

function marked(width: number, { shows, words }: Step): unknown {
  const text = (x: number, anchor: string): unknown => svg`<text x=${x} y="83" text-anchor=${anchor}>${words}</text>`;
  switch (shows) {
    case "file":
      return svg`<path d="M14 66h16l8 8v20H14z" class="mark" />${text(46, "start")}`;
    case "button":
      return svg`<rect x=${width / 2 - 76} y="66" width="152" height="26" rx="8" class="mark" />${text(width / 2, "middle")}`;
    case "switch":
      return svg`${text(14, "start")}<rect x=${width - 44} y="70" width="30" height="18" rx="9" class="on" /><circle cx=${width - 23} cy="79" r="7" class="knob" />`;
    case "row":
      return svg`<rect x="8" y="64" width=${width - 16} height="30" rx="6" class="mark" />${text(16, "start")}`;
  }
}

import { svg, type SVGTemplateResult } from "lit";
import type { IconNode } from "lucide";

/** A Lucide icon, drawn as decoration: a word always stands beside it. */
export function icon(node: IconNode, size = 24): SVGTemplateResult {
  return svg`<svg class="icon" width=${size} height=${size} viewBox="0 0 24 24" fill="none" stroke="currentColor"
    stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${node.map(shape)}</svg>`;
}

function shape([tag, a]: IconNode[number]): SVGTemplateResult | null {
  switch (tag) {
    case "path":
      return svg`<path d=${String(a.d)} />`;
    case "circle":
      return svg`<circle cx=${String(a.cx)} cy=${String(a.cy)} r=${String(a.r)} fill=${String(a.fill ?? "none")} />`;
    case "line":
      return svg`<line x1=${String(a.x1)} x2=${String(a.x2)} y1=${String(a.y1)} y2=${String(a.y2)} />`;
    case "rect":
      return svg`<rect width=${String(a.width)} height=${String(a.height)} x=${String(a.x)} y=${String(a.y)} rx=${String(a.rx ?? 0)} />`;
    case "polyline":
      return svg`<polyline points=${String(a.points)} />`;
    case "polygon":
      return svg`<polygon points=${String(a.points)} />`;
    case "ellipse":
      return svg`<ellipse cx=${String(a.cx)} cy=${String(a.cy)} rx=${String(a.rx)} ry=${String(a.ry)} />`;
    default:
      return null;
  }
}

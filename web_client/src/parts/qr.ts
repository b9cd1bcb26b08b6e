import { svg, type SVGTemplateResult } from "lit";
import { encode } from "uqr";

/** A QR code drawn as one path, sharp at any size and in print. */
export function qr(text: string, words: string, size = 180): SVGTemplateResult {
  const { data } = encode(text, { ecc: "M", border: 3 });
  const path = data.map((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : "")).join("")).join("");
  return svg`<svg class="qr" viewBox="0 0 ${data.length} ${data.length}" width=${size} height=${size} role="img" aria-label=${words} shape-rendering="crispEdges">
    <rect width="100%" height="100%" fill="#fff" /><path d=${path} fill="#000" /></svg>`;
}

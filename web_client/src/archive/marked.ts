import { html, type TemplateResult } from "lit";

/** A text with some of its stretches marked; `marks` count Unicode code points. Never HTML: words stay words. */
export function marked(text: string, marks: [number, number][]): TemplateResult {
  const letters = Array.from(text);
  const parts: unknown[] = [];
  let at = 0;
  for (const [start, end] of [...marks].sort((a, b) => a[0] - b[0])) {
    if (start < at || end <= start) continue;
    parts.push(letters.slice(at, start).join(""), html`<mark>${letters.slice(start, end).join("")}</mark>`);
    at = end;
  }
  parts.push(letters.slice(at).join(""));
  return html`${parts}`;
}

/** Where the minutes of a line found can be read; those from before have their own page. */
export function minutesLink(found: { meeting: string; state: string; title: string }): TemplateResult {
  const key = encodeURIComponent(found.meeting);
  return html`<a href=${found.state === "imported" ? `/archive/old/${key}` : `/m/${key}/minutes`}>${found.title}</a>`;
}

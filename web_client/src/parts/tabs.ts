import { html, nothing, type TemplateResult } from "lit";

/** The pages of one section, as links: [path, words]. The one that is open says so. */
export function tabs(label: string, pages: [string, string][]): TemplateResult {
  return html`<nav class="sections noprint" aria-label=${label}>${pages.map(([path, words]) =>
    html`<a href=${path} aria-current=${location.pathname === path ? "page" : nothing}>${words}</a>`)}</nav>`;
}

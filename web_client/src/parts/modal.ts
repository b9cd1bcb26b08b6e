import { html, nothing, type TemplateResult } from "lit";
import { ref } from "lit/directives/ref.js";

/** A native dialog: focus is kept inside, Escape shuts it, and the page behind is out of reach. */
export function modal(open: boolean, title: string, content: () => unknown, shut: () => void, wide = false): TemplateResult | typeof nothing {
  if (!open) return nothing;
  return html`<dialog class=${wide ? "wide" : ""} aria-label=${title} ${ref(show)} @close=${shut} @cancel=${shut}>
    <div class="stack"><h2>${title}</h2>${content()}</div>
  </dialog>`;
}

function show(element: Element | undefined): void {
  const dialog = element as HTMLDialogElement | undefined;
  if (dialog && !dialog.open) queueMicrotask(() => dialog.isConnected && !dialog.open && dialog.showModal());
}

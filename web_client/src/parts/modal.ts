import { html, noChange, nothing, type TemplateResult } from "lit";
import { AsyncDirective, directive, type ElementPart } from "lit/async-directive.js";

/** A native dialog: focus is kept inside, Escape shuts it, and the page behind is out of reach; shut, it gives the focus
 * back to where it was taken from. */
export function modal(open: boolean, title: string, content: () => unknown, shut: () => void, wide = false): TemplateResult | typeof nothing {
  if (!open) return nothing;
  return html`<dialog class=${wide ? "wide" : ""} aria-label=${title} ${shown()} @close=${shut} @cancel=${shut}>
    <div class="stack"><h2>${title}</h2>${content()}</div>
  </dialog>`;
}

class Shown extends AsyncDirective {
  private opener: Element | null = null;

  override render(): typeof noChange {
    return noChange;
  }

  override update(part: ElementPart): typeof noChange {
    const dialog = part.element as HTMLDialogElement;
    if (dialog.open) return noChange;
    this.opener ??= document.activeElement;
    queueMicrotask(() => dialog.isConnected && !dialog.open && dialog.showModal());
    return noChange;
  }

  /** A dialog taken out of the page, rather than closed, would leave a keyboard's user at the top of it. */
  protected override disconnected(): void {
    const { opener } = this;
    queueMicrotask(() => {
      const lost = document.activeElement === null || document.activeElement === document.body;
      if (lost && opener instanceof HTMLElement && opener.isConnected) opener.focus();
    });
  }
}

const shown = directive(Shown);

import { LitElement } from "lit";

/** A component that draws into the page itself, so that one style sheet, labels and ids hold for all of it. */
export abstract class Screen extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }
}

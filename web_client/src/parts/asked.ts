import { html, nothing, type ReactiveController, type ReactiveControllerHost, type TemplateResult } from "lit";
import { get } from "../protocol/http.js";
import { faultBanner, skeleton } from "./banner.js";

/** A question to the server that a page rests on: its answer once it came, or the fault. Asked when the page appears
 * and whenever it is told to; an answer to an earlier question never covers a later one's. A path of "" asks nothing. */
export class Asked<T> implements ReactiveController {
  answer: T | null = null;
  fault: unknown = null;
  busy = false;
  private going: AbortController | null = null;

  constructor(
    private readonly host: ReactiveControllerHost,
    private readonly path: () => string,
  ) {
    host.addController(this);
  }

  hostConnected(): void {
    void this.again();
  }

  hostDisconnected(): void {
    this.going?.abort();
  }

  /** What is shown stays until the new answer is there. */
  readonly again = async (): Promise<void> => {
    this.going?.abort();
    const path = this.path();
    if (!path) return;
    const going = (this.going = new AbortController());
    this.fault = null;
    this.busy = true;
    this.host.requestUpdate();
    try {
      const answer = await get<T>(path, going.signal);
      if (going.signal.aborted) return;
      this.answer = answer;
    } catch (fault) {
      if (going.signal.aborted) return;
      this.fault = fault;
    }
    this.busy = false;
    this.host.requestUpdate();
  };

  /** What is shown goes at once: it would be read as the answer to the new question. */
  readonly anew = (): Promise<void> => {
    this.answer = null;
    return this.again();
  };

  /** Put a changed answer in the place of the one that came. */
  set(answer: T | null): void {
    this.answer = answer;
    this.host.requestUpdate();
  }

  /** The fault with its button; before the first answer the place where it will stand. */
  state(): TemplateResult {
    return html`${faultBanner(this.fault, this.again)}${this.busy && !this.answer ? skeleton() : nothing}`;
  }
}

/** A list without a line says so. */
export function empty(list: readonly unknown[] | undefined, words: string): TemplateResult | typeof nothing {
  return list?.length === 0 ? html`<div class="empty card"><p>${words}</p></div>` : nothing;
}

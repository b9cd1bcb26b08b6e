import { html, nothing, type TemplateResult } from "lit";
import { customElement, state } from "lit/decorators.js";
import { t } from "../messages/vi.js";
import { RoomScreen } from "../parts/room_screen.js";
import { get } from "../protocol/http.js";
import { slips, type Slip } from "./slips.js";

interface Place {
  what: "line" | "recorded" | "follows" | "asked";
  name: string;
  pieces: ["same" | "out" | "in", string][];
}

interface Found extends Slip {
  count: number;
  known: string[];
  places: Place[];
}

const words = t.elsewhere;

/** After a word was corrected: the same wrong word in other places, put right with one tap. */
@customElement("hcb-elsewhere")
export class Elsewhere extends RoomScreen {
  @state() private offers: Found[] = [];
  @state() private busy = false;
  protected override ticking = false;

  /** A text was corrected by hand. */
  async corrected(before: string, after: string): Promise<void> {
    for (const slip of slips(before, after)) {
      const query = new URLSearchParams({ wrong: slip.wrong, right: slip.right });
      const path = `/api/meetings/${encodeURIComponent(this.room.entry.meeting)}/places?${query.toString()}`;
      const found = await get<Omit<Found, keyof Slip>>(path).catch(() => null);
      if (found?.count) this.offers = [...this.offers.filter((one) => one.wrong !== slip.wrong), { ...slip, ...found }];
    }
  }

  private forget(offer: Found): void {
    this.offers = this.offers.filter((one) => one !== offer);
  }

  private async take(offer: Found): Promise<void> {
    this.busy = true;
    await this.room.send("put_right", { wrong: offer.wrong, right: offer.right }).then(() => this.forget(offer), () => undefined);
    this.busy = false;
  }

  protected override render(): TemplateResult {
    return html`<div role="status">${this.offers.map((offer) => this.offer(offer))}</div>`;
  }

  private offer(offer: Found): TemplateResult {
    return html`<section class="card stack tight elsewhere" aria-label=${words.title}>
      <p>${words.found(offer.wrong, offer.right, offer.count)}</p>
      ${offer.known.length ? html`<p class="tag doubt">? ${words.known(offer.known)}</p>` : nothing}
      <div class="row"><button class="main" ?disabled=${this.busy} @click=${() => this.take(offer)}>${words.all(offer.count)}</button>
        <button class="quiet" @click=${() => this.forget(offer)}>${words.leave}</button></div>
      <details><summary>${words.see}</summary><ul class="plainlist stack tight" tabindex="0">${offer.places.map((place) => this.place(place))}</ul>
        ${offer.count > offer.places.length ? html`<p class="soft small">${words.more(offer.count - offer.places.length)}</p>` : nothing}</details></section>`;
  }

  private place(place: Place): TemplateResult {
    const head = place.what === "line" ? place.name || t.room.unknownSpeaker : words[place.what];
    return html`<li><span class="soft small">${head}:</span> ${place.pieces.map(([kind, text]) => (kind === "out" ? html`<del>${text}</del> ` : kind === "in" ? html`<ins>${text}</ins> ` : `${text} `))}</li>`;
  }
}

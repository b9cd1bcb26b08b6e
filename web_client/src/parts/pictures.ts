import { html, nothing, type TemplateResult } from "lit";
import { customElement, query } from "lit/decorators.js";
import { Camera, CircleStop, Maximize, MonitorUp, Video, VideoOff } from "lucide";
import "../styles/picture.css";
import { t } from "../messages/vi.js";
import { canShareScreen } from "../protocol/capture.js";
import type { PicturePlace } from "../protocol/messages.js";
import { PLACE_OF } from "../views/pictures.js";
import type { ShowKind } from "../views/types.js";
import { icon } from "./icon.js";
import { RoomScreen } from "./room_screen.js";

const ICONS = { hall: Video, camera: Camera, screen: MonitorUp };

/** The meeting's pictures and what may be done about them. Draws nothing where there is nothing to see or to show. */
@customElement("hcb-pictures")
export class PictureArea extends RoomScreen {
  static override properties = { ...RoomScreen.properties, controls: { type: Boolean } };
  /** Only the buttons: a desk without room for pictures. */
  declare controls: boolean;
  protected override ticking = false;
  @query("figure.shared") private main!: HTMLElement | null;

  protected override updated(): void {
    attach(this, this.room);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { pictures } = this.room;
    const buttons = showButtons(this.room, "small");
    const seen = this.controls ? [] : pictures.offered;
    const own = this.controls ? [] : [...pictures.shown.keys()];
    if (!seen.length && !own.length && !buttons.length) return nothing;
    return html`<section class="pictures" aria-label=${t.picture.area}>
      ${seen.length ? this.watching(seen) : nothing}
      ${own.map((place) => this.own(place))}
      ${buttons.length ? html`<div class="row picturebuttons">${buttons}</div>` : nothing}
    </section>`;
  }

  private watching(places: PicturePlace[]): TemplateResult {
    const { pictures } = this.room;
    if (!pictures.watching) {
      return html`<div class="pictureoff"><button class="wide" @click=${() => this.room.watch(true)}>${icon(Video)}<span>${t.picture.watch}<small class="block">${this.words(places)}</small></span></button>
        <p class="soft small">${t.picture.data}</p></div>`;
    }
    const { held, spared } = pictures;
    const sent = places.filter((place) => !spared.includes(place));
    return html`${held ? html`<p class="pictureheld" role="status">${t.picture.held}</p>` : html`<div class="picturestage">${sent.map((place) => this.figure(place))}</div>`}
      ${spared.map((place) => html`<p class="pictureheld" role="status">${t.picture.spared[place]}</p>`)}
      <div class="row picturebuttons">
        ${places.map((place) => this.putOut(place))}
        ${!held && sent.includes("shared") && canEnlarge() ? html`<button class="small" @click=${() => this.enlarge()}>${icon(Maximize, 20)}${t.picture.enlarge}</button>` : nothing}
        <button class="small" @click=${() => this.room.watch(false)}>${icon(VideoOff, 20)}${t.picture.unwatch}</button></div>`;
  }

  private words(places: PicturePlace[]): string {
    return places.map((place) => pictureWords(this.room, place)).join(" · ");
  }

  private figure(place: PicturePlace): TemplateResult {
    const told = this.room.views.pictures?.[place];
    return html`<figure class=${place}><video data-place=${place} muted autoplay playsinline aria-label=${pictureWords(this.room, place)}></video>
      <figcaption>${pictureWords(this.room, place)}<span class="soft">${told?.on ? t.picture.notKept : t.picture.joining}</span></figcaption></figure>`;
  }

  /** Who leads the meeting ends anybody's picture. */
  private putOut(place: PicturePlace): TemplateResult | typeof nothing {
    if (!this.room.may("chair", "secretary", "deputy")) return nothing;
    return html`<button class="small" @click=${() => this.room.pictures.stop(place)}>${icon(CircleStop, 20)}${t.picture.putOut[place]}</button>`;
  }

  private own(place: PicturePlace): TemplateResult {
    const shown = this.room.pictures.shown.get(place);
    const words = shown ? t.picture.own[shown.kind] : "";
    return html`<figure class="own ${place}"><video data-own=${place} muted autoplay playsinline aria-label=${words}></video>
      <figcaption>${words}<span class="soft">${shown?.line.works ? t.picture.notKept : t.picture.joining}</span></figcaption></figure>`;
  }

  private enlarge(): void {
    if (document.fullscreenEnabled) void this.main?.requestFullscreen().catch(() => undefined);
    else this.main?.querySelector<PhoneVideo>("video")?.webkitEnterFullscreen?.();
  }
}

/** iPhones enlarge a video only, by their own player. */
interface PhoneVideo extends HTMLVideoElement {
  webkitEnterFullscreen?(): void;
}

function canEnlarge(): boolean {
  return document.fullscreenEnabled || "webkitEnterFullscreen" in HTMLVideoElement.prototype;
}

/** Lays streams into the videos of a screen. */
export function attach(root: ParentNode, room: RoomScreen["room"]): void {
  for (const video of root.querySelectorAll<HTMLVideoElement>("video")) {
    const { place, own } = video.dataset;
    const stream = own ? room.pictures.shown.get(own as PicturePlace)?.stream : room.pictures.streams.get(place as PicturePlace);
    if (!stream || video.srcObject === stream) continue;
    video.srcObject = stream;
    video.muted = true; // pictures bring no sound: the browser lets them play without a tap
    void video.play().catch(() => undefined);
  }
}

export function pictureWords(room: RoomScreen["room"], place: PicturePlace): string {
  const told = room.views.pictures?.[place];
  return told ? t.picture.of[told.kind](told.name) : "";
}

/** One button a picture that may be shown from here, or is. */
export function showButtons(room: RoomScreen["room"], small = ""): TemplateResult[] {
  const { pictures } = room;
  const kinds: ShowKind[] = ["hall", "camera", "screen"];
  const button = (kind: ShowKind): TemplateResult[] => {
    if (pictures.shown.get(PLACE_OF[kind])?.kind === kind) {
      return [html`<button class=${small} @click=${() => pictures.stop(PLACE_OF[kind])}>${icon(kind === "screen" ? CircleStop : VideoOff)}${t.picture.stop[kind]}</button>`];
    }
    if (!pictures.possible.includes(kind) || (kind === "screen" && !canShareScreen())) return [];
    return [html`<button class=${small} @click=${() => void pictures.show(kind)}>${icon(ICONS[kind])}${t.picture.show[kind]}</button>`];
  };
  return kinds.flatMap(button);
}

import { html, nothing, type TemplateResult } from "lit";
import { Maximize, Mic, MicOff } from "lucide";
import { t } from "../messages/vi.js";
import { interrupted, kept } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import { showButtons } from "../parts/pictures.js";
import { lineTag, recordingTag, soundTag } from "../parts/status.js";
import type { Room } from "../views/room.js";
import "./microphones.js";

/** Below the wall, on the hall's own device: its microphones, and how it is. */
export function hallFoot(room: Room): TemplateResult {
  const full = (): void => void document.documentElement.requestFullscreen?.().catch(() => undefined);
  return html`<footer class="boardfoot">${interrupted(room)}${kept(room)}
    <button @click=${() => room.setMic(!room.micOn)}>${icon(room.micOn ? Mic : MicOff)}${room.micOn ? t.hall.micOn : t.hall.micOff}</button>
    ${showButtons(room)}${room.pictures.shown.has("hall") ? html`<video class="boardaim" data-own="hall" muted autoplay playsinline aria-label=${t.picture.own.hall}></video>` : nothing}
    <hcb-microphones strip .room=${room}></hcb-microphones>
    ${recordingTag(room)}${lineTag(room)}${soundTag(room)}<span class="grow"></span><button @click=${full}>${icon(Maximize)}${t.hall.full}</button></footer>`;
}

import { html, nothing, type TemplateResult } from "lit";
import { Mic, MicOff, Users } from "lucide";
import { t } from "../messages/vi.js";
import type { Desk } from "../room/meeting.js";
import type { Room } from "../views/room.js";
import { banner, notices } from "./banner.js";
import { deskSwitch } from "./desk_switch.js";
import { echoBanners } from "./echoes.js";
import { icon } from "./icon.js";
import { paperBanner } from "./paper.js";
import { againTag, lineTag, practiceTag, recordingTag, soundTag, speechTag } from "./status.js";
import { timeOf } from "./time.js";
import "./sound_out.js";

/** The head of chair's and secretary's desks: what the meeting is, its state in words, the own microphone. */
export function deskHead(room: Room, desk: Desk, host: HTMLElement): TemplateResult {
  const { meeting, ledger } = room.views;
  return html`<header class="deskhead">
      <div class="deskname"><h1>${meeting?.title}</h1><p class="soft small">${meeting?.cell_name} · ${room.you?.name}</p></div>
      <div class="row tags">
        ${practiceTag(room)}${recordingTag(room)}${speechTag(room)}${againTag(room)}${lineTag(room)}${soundTag(room)}
        ${ledger ? html`<span class="tag num">${icon(Users, 18)}${t.desk.present(ledger.present, ledger.eligible)}</span>` : nothing}
        ${room.unanswered && room.line.state !== "live" ? html`<span class="tag doubt">${t.line.unsent(room.unanswered)}</span>` : nothing}
        <span class="clock num">${timeOf(room.now())}</span>
      </div>
      <div class="row">${microphone(room)}${deskSwitch(room, desk, host)}</div>
    </header>
    <div class="deskalerts">
      ${room.line.state === "offline" ? banner("warning", t.line.safe, html`<button @click=${() => room.hurry()}>${t.line.now}</button>`) : nothing}
      ${meeting?.disk === "full" ? banner("error", t.rec.full) : nothing}
      ${echoBanners(room)}${paperBanner(room)}${notices(room)}
      <hcb-sound-out .room=${room}></hcb-sound-out>
    </div>`;
}

function microphone(room: Room): TemplateResult | typeof nothing {
  if (!room.speaks) return nothing;
  const on = room.micOn;
  return html`<button class="mic ${on ? "on" : ""}" @click=${() => room.setMic(!on)}>${icon(on ? Mic : MicOff)}${on ? t.room.micOn : t.room.micOff}</button>`;
}

/** The room's state in words, never in colour alone. */
import { html, nothing, type TemplateResult } from "lit";
import { TriangleAlert, CircleOff, CirclePause, Lock, Signal, SignalLow, Volume2, WifiOff } from "lucide";
import { t } from "../messages/vi.js";
import type { Room } from "../views/room.js";
import { icon } from "./icon.js";

/** A practice meeting is told as one everywhere. */
export function practiceTag(room: Room): TemplateResult | typeof nothing {
  return room.views.meeting?.practice ? html`<span class="tag doubt" title=${t.practice.what}>${t.practice.tag}</span>` : nothing;
}

export function recordingTag(room: Room): TemplateResult | typeof nothing {
  const recording = room.views.meeting?.recording;
  if (!recording) return nothing;
  switch (recording.state) {
    case "on":
      if (notKept(room)) return html`<span class="tag doubt">${icon(TriangleAlert, 18)}${t.rec.notKept}</span>`;
      return html`<span class="tag live"><span class="dot" aria-hidden="true"></span>${recording.transcribe ? t.rec.on : t.rec.soundOnly}</span>`;
    case "paused":
      return html`<span class="tag doubt">${icon(CirclePause, 18)}${t.rec.paused}</span>`;
    case "secret":
      return html`<span class="tag doubt">${icon(Lock, 18)}${t.rec.secret}</span>`;
    case "off":
      return html`<span class="tag off">${icon(CircleOff, 18)}${recording.record || recording.transcribe ? t.rec.ended : t.rec.off}</span>`;
    case "undecided":
      return html`<span class="tag off">${icon(CircleOff, 18)}${t.rec.undecided}</span>`;
  }
}

/** The disk is full while a recording is wanted. */
export function notKept(room: Room): boolean {
  const meeting = room.views.meeting;
  return meeting?.disk === "full" && meeting.recording.state === "on" && meeting.recording.record;
}

export function speechTag(room: Room): TemplateResult | typeof nothing {
  const meeting = room.views.meeting;
  if (!meeting?.recording.transcribe) return nothing;
  const minutes = meeting.owed_ms > 20_000 ? Math.ceil(meeting.owed_ms / 60_000) : 0;
  if (meeting.recording.state !== "on" && !minutes) return nothing;
  if (meeting.speech === "down") return html`<span class="tag doubt">${t.rec.down}${minutes ? ` (${t.rec.left(minutes)})` : ""}</span>`;
  if (minutes) return html`<span class="tag doubt">${t.rec.owed(minutes)}</span>`;
  if (meeting.speech === "behind") return html`<span class="tag doubt">${t.rec.behind}</span>`;
  return nothing;
}

/** A better model reads the recording again; lines change by themselves meanwhile. */
export function againTag(room: Room): TemplateResult | typeof nothing {
  const left = room.views.meeting?.again_ms ?? 0;
  return left > 0 ? html`<span class="tag doubt">${t.rec.again(Math.ceil(left / 60_000))}</span>` : nothing;
}

export function lineWords(room: Room): string {
  const line = room.line;
  if (line.state === "offline") {
    const seconds = Math.ceil((line.retryAt - performance.now()) / 1000);
    return seconds > 0 ? t.line.offline(seconds) : t.line.trying;
  }
  if (line.state === "connecting") return t.line.connecting;
  if (weak(room)) return t.line.weak;
  return t.line.good;
}

function weak(room: Room): boolean {
  return Boolean(room.views.me?.weak);
}

export function lineTag(room: Room): TemplateResult {
  const offline = room.line.state !== "live";
  const kind = offline || weak(room) ? "doubt" : "ok";
  const sign = offline ? WifiOff : weak(room) ? SignalLow : Signal;
  return html`<span class="tag ${kind}">${icon(sign, 18)}${lineWords(room)}</span>`;
}

export function soundTag(room: Room): TemplateResult | typeof nothing {
  if (room.entry.microphone === undefined || room.sound === "on" || room.line.state !== "live") return nothing;
  return html`<span class="tag doubt">${icon(Volume2, 18)}${room.sound === "lost" ? t.line.soundLost : t.line.soundJoining}</span>`;
}

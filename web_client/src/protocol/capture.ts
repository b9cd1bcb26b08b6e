/** What is shown: a camera or a screen, and how much of it is sent. */
import type { ShowKind } from "../views/types.js";

export type CaptureFault = "denied" | "none" | "busy" | "unsafe";

export class PictureFault extends Error {
  constructor(readonly why: CaptureFault) {
    super(why);
  }
}

interface Quality {
  bitrate: number;
  frames: number;
  hint: string;
  keep: "maintain-resolution" | "balanced";
}

/** A document must be sharp and may be slow; a face may be soft and should move. */
const QUALITY: Record<ShowKind, Quality> = {
  hall: { bitrate: 450_000, frames: 15, hint: "motion", keep: "balanced" },
  camera: { bitrate: 450_000, frames: 15, hint: "motion", keep: "balanced" },
  screen: { bitrate: 750_000, frames: 8, hint: "text", keep: "maintain-resolution" },
};

/** Whether this browser can show its screen at all (phones cannot). */
export function canShareScreen(): boolean {
  return typeof (navigator.mediaDevices as { getDisplayMedia?: unknown } | undefined)?.getDisplayMedia === "function";
}

export async function capture(kind: ShowKind): Promise<MediaStreamTrack> {
  if (!isSecureContext || !navigator.mediaDevices) throw new PictureFault("unsafe");
  const { frames, hint } = QUALITY[kind];
  try {
    const stream = kind === "screen"
      ? await navigator.mediaDevices.getDisplayMedia({ video: { frameRate: { max: frames }, width: { max: 1920 }, height: { max: 1080 } }, audio: false })
      : await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: kind === "hall" ? 960 : 640 }, height: { ideal: kind === "hall" ? 540 : 360 }, frameRate: { ideal: frames, max: 30 } } });
    const track = stream.getVideoTracks()[0];
    if (!track) throw new PictureFault("none");
    if ("contentHint" in track) track.contentHint = hint;
    return track;
  } catch (fault) {
    if (fault instanceof PictureFault) throw fault;
    const name = fault instanceof DOMException ? fault.name : "";
    if (name === "NotAllowedError" || name === "SecurityError" || name === "AbortError") throw new PictureFault("denied");
    if (name === "NotFoundError" || name === "OverconstrainedError") throw new PictureFault("none");
    throw new PictureFault("busy");
  }
}

/** How much is sent; nothing while the own line is weak, so that the voice has all of it. */
export function restrain(connection: RTCPeerConnection, kind: ShowKind, weak: boolean): void {
  const sender = connection.getSenders()[0];
  const asked = sender?.getParameters();
  const encoding = asked?.encodings?.[0];
  if (!sender || !asked || !encoding) return;
  const { bitrate, frames, keep } = QUALITY[kind];
  encoding.active = !weak;
  encoding.maxBitrate = bitrate;
  encoding.maxFramerate = frames;
  (asked as { degradationPreference?: string }).degradationPreference = keep;
  sender.setParameters(asked).catch(() => undefined); // what a browser does not know of this is no fault
}

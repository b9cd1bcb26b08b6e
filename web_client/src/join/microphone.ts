/** The microphone before the meeting: asking for it, and how loud it hears. */

export type MicFault = "denied" | "none" | "busy" | "unsafe";

export class MicrophoneFault extends Error {
  constructor(readonly why: MicFault) {
    super(why);
  }
}

export async function microphone(device: string, hall: boolean): Promise<MediaStreamTrack> {
  if (!isSecureContext || !navigator.mediaDevices) throw new MicrophoneFault("unsafe");
  try {
    const stream = await navigator.mediaDevices.getUserMedia({
      audio: {
        ...(device ? { deviceId: { exact: device } } : {}),
        echoCancellation: true,
        // A hall's voices come from afar: suppression would take the back rows for noise.
        noiseSuppression: !hall,
        autoGainControl: true,
      },
    });
    const track = stream.getAudioTracks()[0];
    if (!track) throw new MicrophoneFault("none");
    return track;
  } catch (fault) {
    if (fault instanceof MicrophoneFault) throw fault;
    const kind = fault instanceof DOMException ? fault.name : "";
    if (kind === "NotAllowedError" || kind === "SecurityError") throw new MicrophoneFault("denied");
    if (kind === "NotFoundError" || kind === "OverconstrainedError") throw new MicrophoneFault("none");
    throw new MicrophoneFault("busy");
  }
}

/** The microphone of an earlier page of this tab, else any; null: the door has to ask. */
export function again(device: string, hall: boolean): Promise<MediaStreamTrack | null> {
  return microphone(device, hall).catch(() => microphone("", hall)).catch(() => null);
}

export async function microphones(): Promise<{ id: string; label: string }[]> {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((d) => d.kind === "audioinput" && d.label).map((d) => ({ id: d.deviceId, label: d.label }));
}

/** Tells the loudness (0…1) ten times a second until stopped. */
export function meter(track: MediaStreamTrack, tell: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 1024;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (context.state === "suspended") void context.resume();
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
    const decibels = 10 * Math.log10(power + 1e-9); // −60 dB: a quiet room; −15 dB: speech close by
    tell(Math.min(1, Math.max(0, (decibels + 60) / 45)));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}

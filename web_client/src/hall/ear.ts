/** The hall's ear during a trial: blocks of loudness, and whether a tone played through the loudspeaker comes back. */
import { block, chirp, likeness, lowered, type Block } from "./verdict.js";

const EVERY_MS = 50;
/** A tone of 0.3 s is looked for in the last 0.68 s: late loudspeakers (wireless ones) are looked at once more. */
const LOOK_MS = [620, 850];
const FACTOR = 6;

export class Ear {
  private readonly context = new AudioContext();
  private readonly source: MediaStreamAudioSourceNode;

  constructor(track: MediaStreamTrack) {
    this.source = this.context.createMediaStreamSource(new MediaStream([track]));
  }

  /** Listens for so long; `tell` gets the share done and the loudness of each block. */
  async listen(seconds: number, tell: (done: number, now: Block) => void, stopped: () => boolean): Promise<Block[]> {
    await this.context.resume();
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 2048;
    this.source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const blocks: Block[] = [];
    const count = Math.round((seconds * 1000) / EVERY_MS);
    for (let n = 1; n <= count && !stopped(); n += 1) {
      await pause(EVERY_MS);
      analyser.getFloatTimeDomainData(samples);
      const now = block(samples);
      blocks.push(now);
      tell(n / count, now);
    }
    analyser.disconnect();
    return blocks;
  }

  /** Plays the tone and tells how surely it came back, 0…1. */
  async echo(): Promise<number> {
    await this.context.resume();
    const { sampleRate } = this.context;
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 32_768;
    this.source.connect(analyser);
    const tone = chirp(sampleRate);
    const buffer = this.context.createBuffer(1, tone.length, sampleRate);
    buffer.getChannelData(0).set(tone);
    const player = this.context.createBufferSource();
    player.buffer = buffer;
    player.connect(this.context.destination);
    player.start();
    const samples = new Float32Array(analyser.fftSize);
    let most = 0;
    let waited = 0;
    for (const at of LOOK_MS) {
      await pause(at - waited);
      waited = at;
      analyser.getFloatTimeDomainData(samples);
      most = Math.max(most, likeness(lowered(tone, FACTOR), lowered(samples, FACTOR)));
    }
    analyser.disconnect();
    return most;
  }

  close(): void {
    void this.context.close();
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

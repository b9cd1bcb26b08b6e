/** A room without a server: the views a server would send, through the same layer. For pictures of screens only. */
import type { You } from "../src/protocol/messages.js";
import type { Line } from "../src/protocol/connection.js";
import { Room, type Entry } from "../src/views/room.js";
import { apply } from "../src/views/state.js";
import type { Views } from "../src/views/types.js";

export interface Scene {
  you: You;
  views: Partial<Views>;
  line?: Line;
  interim?: string;
  entry?: Partial<Entry>;
  paper?: boolean;
}

export class StoryRoom extends Room {
  constructor(scene: Scene, at: number) {
    super({ meeting: "m-1", device: "computer", seat: "hall", informed: true, private: false, microphone: undefined, ...scene.entry });
    this.you = scene.you;
    this.line = scene.line ?? { state: "live" };
    this.paper = scene.paper ?? false;
    this.audio.state = "on";
    this.skew = at - Date.now();
    this.state = apply(this.state, { type: "snapshot", version: 1, views: scene.views });
    this.pictures.follow(scene.views.pictures, scene.views.me, false);
    if (scene.interim) this.state = apply(this.state, { type: "interim", track: "t-9", speaker: "", text: scene.interim, stable: scene.interim.lastIndexOf(" ", scene.interim.length / 2) });
  }

  override start(): void {
    this.changed();
  }

  override send(): Promise<number | null> {
    return Promise.resolve(null);
  }
}

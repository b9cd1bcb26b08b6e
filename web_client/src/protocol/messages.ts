/** The live socket's messages (docs/protocol.md §4). */
import type { ViewMessage } from "../views/state.js";

export interface You {
  member: string;
  name: string;
  seat: string;
  roles: string[];
  guest: boolean;
  session: string;
}

export interface Welcome {
  type: "welcome";
  you: You;
  meeting: string;
  now: number;
  ice: RTCIceServerLike[];
  /** The media node still carries this session: a connection that works is kept. */
  sound: boolean;
}

export interface RTCIceServerLike {
  urls: string | string[];
  username?: string;
  credential?: string;
}

export interface RefusedMessage {
  type: "refused";
  id: number | null;
  code: string;
  message: string;
  who?: string;
  current?: string;
}

export type FromServer =
  | Welcome
  | ViewMessage
  | RefusedMessage
  | { type: "accepted"; id: number; seq: number | null }
  | { type: "answer"; sdp: string }
  | { type: "picture_answer"; id: number; sdp: string }
  | { type: "notice"; level: "info" | "warning" | "error"; text: string }
  | { type: "replaced" }
  | { type: "waiting"; why?: "door" | "word" }
  | { type: "removed"; text: string }
  | { type: "pong"; t: number };

export type Device = "phone" | "computer" | "hall" | "display" | "microphone";

export interface Greeting {
  tab: string;
  device: Device;
  seat?: "hall" | "remote";
  informed: boolean;
  private: boolean;
}

export interface Offer {
  sdp: string;
  speak: boolean;
  hear: boolean;
  weak: boolean;
}

/** Where a picture stands; "" = to look on. */
export type PicturePlace = "hall" | "shared";

/** A command or an offer that the server would not carry out; nothing has changed. */
export class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly who: string = "",
    readonly current: string = "",
  ) {
    super(message);
  }
}

/**
 * What one browser knows of a meeting: exactly what the server sent, applied in order.
 * Pure: `apply` returns a new state and decides nothing about the meeting.
 */
import type { Caption, ViewName, Views } from "./types.js";

export interface Interim {
  track: string;
  speaker: string;
  text: string;
  /** So many leading characters of the text will not change any more. */
  stable: number;
}

export interface RoomState {
  readonly views: Partial<Views>;
  /** The newest version seen of each view; sent with `hello` so that only what changed comes back. */
  readonly versions: Readonly<Record<string, number>>;
  /** Words still being recognised, by track; never stored. */
  readonly interim: Readonly<Record<string, Interim>>;
}

export type ViewMessage =
  | { type: "snapshot"; version: number; views: Partial<Views> }
  | { type: "replace"; version: number; view: ViewName; value: Views[ViewName] }
  | { type: "append"; version: number; view: ViewName; value: unknown }
  | ({ type: "interim" } & Interim);

export const EMPTY: RoomState = { views: {}, versions: {}, interim: {} };

/** The view `captions` holds the last lines only; the rest is paged by HTTP. */
export const CAPTIONS_KEPT = 200;

export function apply(state: RoomState, message: ViewMessage): RoomState {
  switch (message.type) {
    case "snapshot":
      return snapshot(state, message.version, message.views);
    case "replace":
      return {
        ...state,
        views: { ...state.views, [message.view]: message.value },
        versions: { ...state.versions, [message.view]: message.version },
        interim: message.view === "captions" ? {} : state.interim,
      };
    case "append":
      return append(state, message.version, message.view, message.value);
    case "interim": {
      const { track, speaker, text, stable } = message;
      if (!text) return { ...state, interim: without(state.interim, track) };
      return { ...state, interim: { ...state.interim, [track]: { track, speaker, text, stable } } };
    }
  }
}

function snapshot(state: RoomState, version: number, views: Partial<Views>): RoomState {
  const versions = { ...state.versions };
  for (const view of Object.keys(views)) versions[view] = version;
  return { views: { ...state.views, ...views }, versions, interim: {} };
}

function append(state: RoomState, version: number, view: ViewName, value: unknown): RoomState {
  if (view !== "captions") return state; // the protocol appends captions only
  const line = value as Caption;
  const lines = state.views.captions ?? [];
  const place = lines.findIndex((other) => other.id === line.id);
  const captions = place < 0 ? [...lines, line] : lines.map((other, n) => (n === place ? line : other));
  const interim = without(state.interim, line.track);
  return {
    views: { ...state.views, captions: captions.slice(-CAPTIONS_KEPT) },
    versions: { ...state.versions, captions: version },
    interim,
  };
}

function without(interim: RoomState["interim"], gone: string): RoomState["interim"] {
  return Object.fromEntries(Object.entries(interim).filter(([track]) => track !== gone));
}

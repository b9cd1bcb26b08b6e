import assert from "node:assert/strict";
import { test } from "node:test";
import { apply, CAPTIONS_KEPT, EMPTY, type RoomState } from "../src/views/state.js";
import type { Caption, Floor } from "../src/views/types.js";

function line(id: string, text = id, track = "t-1"): Caption {
  return {
    id, speaker: "m1", name: "Lan", channel: "hall", at: 1, text, spoken: text, doubtful: false, corrected: false,
    method: "speech", track, start: 0, end: 1, item: "", also: [], unsure: [],
  };
}

const FLOOR: Floor = { speaker: null, hands: [], advisory: true };

test("a snapshot replaces the views it carries and leaves the others", () => {
  const before = apply(EMPTY, { type: "snapshot", version: 3, views: { floor: FLOOR, captions: [line("a")] } });
  const after = apply(before, { type: "snapshot", version: 9, views: { captions: [line("b")] } });
  assert.deepEqual(after.views.floor, FLOOR);
  assert.deepEqual(after.views.captions?.map((one) => one.id), ["b"]);
  assert.deepEqual(after.versions, { floor: 3, captions: 9 });
});

test("an appended line goes to the end, one known by its id is replaced in place", () => {
  let state: RoomState = apply(EMPTY, { type: "snapshot", version: 1, views: { captions: [line("a"), line("b")] } });
  state = apply(state, { type: "append", version: 2, view: "captions", value: line("c") });
  state = apply(state, { type: "append", version: 3, view: "captions", value: line("a", "sửa") });
  assert.deepEqual(state.views.captions?.map((one) => one.text), ["sửa", "b", "c"]);
  assert.equal(state.versions.captions, 3);
});

test("words still being recognised vanish when their line arrives", () => {
  let state = apply(EMPTY, { type: "interim", track: "t-1", speaker: "m1", text: "xin", stable: 0 });
  state = apply(state, { type: "interim", track: "t-2", speaker: "m2", text: "kính", stable: 0 });
  state = apply(state, { type: "append", version: 1, view: "captions", value: line("a", "xin chào", "t-1") });
  assert.deepEqual(Object.keys(state.interim), ["t-2"]);
});

test("words of a track that come to nothing, or stand as another's line, vanish by an empty text", () => {
  let state = apply(EMPTY, { type: "interim", track: "t-1", speaker: "m1", text: "xin", stable: 0 });
  state = apply(state, { type: "interim", track: "t-2", speaker: "m2", text: "xin", stable: 0 });
  state = apply(state, { type: "interim", track: "t-2", speaker: "m2", text: "", stable: 0 });
  assert.deepEqual(Object.keys(state.interim), ["t-1"]);
});

test("no more lines are kept than the view holds", () => {
  let state = EMPTY;
  for (let n = 0; n < CAPTIONS_KEPT + 20; n += 1) {
    state = apply(state, { type: "append", version: n, view: "captions", value: line(`u${n}`) });
  }
  assert.equal(state.views.captions?.length, CAPTIONS_KEPT);
  assert.equal(state.views.captions?.at(-1)?.id, `u${CAPTIONS_KEPT + 19}`);
});

test("applying changes nothing in the state before", () => {
  const before = apply(EMPTY, { type: "snapshot", version: 1, views: { captions: [line("a")] } });
  apply(before, { type: "append", version: 2, view: "captions", value: line("b") });
  assert.deepEqual(before.views.captions?.map((one) => one.id), ["a"]);
});

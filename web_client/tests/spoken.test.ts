import assert from "node:assert/strict";
import { test } from "node:test";
import { cut, put, split } from "../src/views/spoken.js";

test("doubted words are cut out where they stand, and nothing is lost", () => {
  const parts = cut("sửa đường bê tông", [[4, 9], [13, 17]]);
  assert.deepEqual(parts, [
    { text: "sửa ", unsure: false }, { text: "đường", unsure: true }, { text: " bê ", unsure: false }, { text: "tông", unsure: true },
  ]);
  assert.deepEqual(cut("rõ", []), [{ text: "rõ", unsure: false }]);
  assert.equal(cut("ngắn", [[2, 90]]).map((part) => part.text).join(""), "ngắn");
});

test("of words still being recognised the tail that may change stands apart", () => {
  assert.deepEqual(split({ text: "kính thưa các", stable: 9 }), ["kính thưa", " các"]);
  assert.deepEqual(split({ text: "kính", stable: 0 }), ["", "kính"]);
});

test("a name that was chosen goes where the short one stood", () => {
  assert.equal(put("mời đồng chí Khang nói", 13, 18, "Lê Đình Khang"), "mời đồng chí Lê Đình Khang nói");
});

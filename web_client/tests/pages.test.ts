import assert from "node:assert/strict";
import { test } from "node:test";
import { chromeAddress, insideApp, onAndroid } from "../src/join/in_app.js";
import { plain } from "../src/join/plain.js";
import { desired } from "../src/minutes/keys.js";
import { sectionOf } from "../src/minutes/sections.js";
import { dueOf, momentOf, spanOf } from "../src/parts/time.js";

const stroke = (change: Partial<Parameters<typeof desired>[0]>): Parameters<typeof desired>[0] => ({
  key: "", code: "", ctrlKey: false, altKey: false, metaKey: false, ...change,
});

test("browsers inside Zalo and Facebook are recognised, Chrome and Safari are not", () => {
  assert.equal(insideApp("Mozilla/5.0 (Linux; Android 13) Chrome/115 Mobile Zalo android/12090"), "Zalo");
  assert.equal(insideApp("Mozilla/5.0 (iPhone) Mobile/15E148 [FBAN/FBIOS;FBAV/422.0]"), "Facebook");
  assert.equal(insideApp("Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/115 Mobile Safari/537.36"), null);
  assert.equal(insideApp("Mozilla/5.0 (iPhone; CPU iPhone OS 16_5) Version/16.5 Mobile/15E148 Safari/604.1"), null);
  assert.ok(onAndroid("Mozilla/5.0 (Linux; Android 13)"));
});

test("Android is asked to open the very same address in Chrome", () => {
  assert.equal(
    chromeAddress("https://hop.example.vn/join/abc?x=1"),
    "intent://hop.example.vn/join/abc?x=1#Intent;scheme=https;package=com.android.chrome;end",
  );
});

test("names are found without marks, đ too", () => {
  assert.equal(plain("Lê Đình Khang"), "le dinh khang");
  assert.ok(plain("Quách Văn Thắng").includes(plain("thang")));
});

test("the secretary's keys are those of the help page", () => {
  assert.deepEqual(desired(stroke({ code: "Space", key: " ", ctrlKey: true })), { act: "play" });
  assert.deepEqual(desired(stroke({ key: "ArrowLeft", ctrlKey: true })), { act: "step", seconds: -3 });
  assert.deepEqual(desired(stroke({ code: "Digit4", key: "4", altKey: true })), { act: "mark", place: 4 });
  assert.deepEqual(desired(stroke({ code: "Digit0", key: "đ", altKey: true })), { act: "mark", place: 0 });
  assert.deepEqual(desired(stroke({ key: "F1" })), { act: "help" });
  assert.equal(desired(stroke({ key: "a" })), null);
});

test("times are Vietnam's, wherever the device is", () => {
  assert.equal(momentOf(Date.parse("2026-11-03T19:30:00+07:00")), "19:30, thứ ba ngày 03/11/2026");
  assert.equal(spanOf(130_000), "02:10");
  assert.equal(spanOf(3_730_000), "1:02:10");
  assert.equal(dueOf("2026-12-15"), "15/12/2026");
  assert.equal(dueOf("trước Tết"), "trước Tết");
});

test("a block of an unknown kind stands with the proceedings", () => {
  assert.equal(sectionOf("vote"), "IV");
  assert.equal(sectionOf("something-new"), "III");
});

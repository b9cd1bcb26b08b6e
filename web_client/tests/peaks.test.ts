import assert from "node:assert/strict";
import { test } from "node:test";
import { barsOf, MOST_BARS, TrackPeaks, type Peaks } from "../src/minutes/peaks.js";

const track = (peaks: number[]): Peaks => ({ seconds: peaks.length / 10, per_second: 10, peaks });
const always = (): boolean => true;

test("a short span has one bar a peak, its own and no other's", () => {
  const known = track([999, 999, 200, 400, 800, 0, 999]);
  assert.deepEqual(barsOf(known, 0.2, 0.6), [0.25, 0.5, 1, 0]);
});

test("a long span has few bars, and the loudest moment stays in them", () => {
  const peaks = Array.from({ length: 1200 }, () => 100);
  peaks[733] = 1000;
  const bars = barsOf(track(peaks), 0, 120);
  assert.equal(bars.length, MOST_BARS);
  assert.deepEqual(bars.flatMap((bar, n) => (bar === 1 ? [n] : [])), [Math.floor((733 / 1200) * MOST_BARS)]);
  assert.equal(Math.min(...bars), 0.1);
});

test("every peak is in exactly one bar, however the span is cut", () => {
  for (const [length, most] of [[7, 3], [161, 160], [1199, 160], [10, 10]] as const)
    for (let at = 0; at < length; at += 1) {
      const peaks = Array.from({ length }, (_, n) => (n === at ? 500 : 0));
      assert.equal(barsOf(track(peaks), 0, length / 10, most).filter((bar) => bar > 0).length, 1, `${at} of ${length}`);
    }
});

test("a silent hall is drawn small, a quiet voice as large as a loud one", () => {
  assert.ok(Math.max(...barsOf(track([10, 12, 11, 9]), 0, 0.4)) <= 0.1);
  assert.equal(Math.max(...barsOf(track([10, 150, 90, 9]), 0, 0.4)), 1);
});

test("what is not known yet is flat, and nothing known is no bar", () => {
  assert.deepEqual(barsOf(track([0, 500]), 0, 0.4), [0, 1, 0, 0]);
  assert.deepEqual(barsOf(track([1, 2]), 5, 9), []);
  assert.deepEqual(barsOf(track([]), 0, 3), []);
  assert.deepEqual(barsOf(track([1, 2]), 0.1, 0.1), []);
});

test("a track is asked for once, again when the meeting went on, and anew for another", async () => {
  const asked: string[] = [];
  let said = [1, 2, 3];
  const peaks = new TrackPeaks(async (path) => (asked.push(path), track(said)));
  await Promise.all([peaks.of("t-1", 0.2, always), peaks.of("t-1", 0.3, always)]);
  assert.deepEqual(asked, ["t-1"]);
  said = [1, 2, 3, 4];
  assert.equal((await peaks.of("t-1", 0.4, always))?.peaks.length, 4);
  await peaks.of("t-2", 0.1, always);
  assert.deepEqual(asked, ["t-1", "t-1", "t-2"]);
});

test("who has gone on to another line asks for nothing; requests wait for one another", async () => {
  let running = 0;
  let most = 0;
  const asked: string[] = [];
  const peaks = new TrackPeaks(async (path) => {
    asked.push(path);
    most = Math.max(most, (running += 1));
    await Promise.resolve();
    running -= 1;
    return track([1]);
  });
  let line = 3;
  const told = [1, 2, 3].map((n) => peaks.of(`t-${n}`, 0.1, () => line === n));
  assert.deepEqual((await Promise.all(told)).map((one) => one !== null), [false, false, true]);
  line = 1;
  await Promise.all([peaks.of("t-1", 0.1, () => line === 1), peaks.of("t-2", 0.1, always)]);
  assert.deepEqual(asked, ["t-3", "t-1", "t-2"]);
  assert.equal(most, 1);
});

test("erased, or no line: none, no fault, and asked again with the next line", async () => {
  let there = true;
  let asked = 0;
  const peaks = new TrackPeaks(async () => {
    asked += 1;
    if (!there) throw new Error("404");
    return track([1, 2]);
  });
  assert.ok(await peaks.of("t-1", 0.1, always));
  there = false;
  peaks.forget();
  assert.equal(await peaks.of("t-1", 0.1, always), null);
  there = true;
  assert.ok(await peaks.of("t-1", 0.1, always));
  assert.equal(asked, 3);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { block, chirp, HEARD, judge, likeness, lowered, type Block, type Finding, type Measured } from "../src/hall/verdict.js";

const blocks = (level: number, peak = 0.3): Block[] => Array.from({ length: 100 }, () => ({ level, peak }));
const GOOD: Measured = { silence: blocks(-60), front: blocks(-25), back: blocks(-38), bare: 0.9, cancelled: 0.1 };

/** The same noise each time. */
function noise(length: number, loud: number): Float32Array {
  let seed = 7;
  return Float32Array.from({ length }, () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
    return (seed / 2 ** 30 - 1) * loud;
  });
}

function found(change: Partial<Measured>): [Finding, string][] {
  return judge({ ...GOOD, ...change }).findings.map((one) => [one.what, one.grade]);
}

test("a quiet room where both rows are heard and nothing comes back is good", () => {
  assert.equal(judge(GOOD).grade, "good");
});

test("each fault is found by itself and graded", () => {
  assert.deepEqual(found({ silence: blocks(-40), front: blocks(-15), back: blocks(-20) }), [["noisy", "fair"]]);
  assert.deepEqual(found({ front: blocks(-52) }), [["front_quiet", "bad"]]);
  assert.deepEqual(found({ back: blocks(-50) }), [["back_quiet", "fair"]]);
  assert.deepEqual(found({ front: blocks(-20, 1) }), [["clipping", "bad"]]);
  assert.deepEqual(found({ cancelled: 0.4 }), [["echo", "fair"]]);
  assert.deepEqual(found({ cancelled: 0.8 }), [["echo", "bad"]]);
  assert.deepEqual(found({ bare: 0.1 }), [["no_loudspeaker", "fair"]]);
});

test("the verdict is as bad as the worst finding", () => {
  assert.equal(judge({ ...GOOD, bare: 0.1, back: blocks(-59) }).grade, "bad");
});

test("the tone is found again, late, faint and in noise; noise alone is not taken for it", () => {
  const wanted = lowered(chirp(48_000), 6);
  const heard = noise(5_400, 0.01);
  wanted.forEach((one, n) => { heard[1_500 + n] = (heard[1_500 + n] ?? 0) - 0.05 * one; });
  assert.ok(likeness(wanted, heard) > 0.6);
  assert.ok(likeness(wanted, noise(5_400, 0.1)) < HEARD / 2);
  assert.equal(likeness(wanted, new Float32Array(5_400)), 0);
});

test("a block knows its level and its peak", () => {
  const half = block(Float32Array.from({ length: 480 }, () => -0.5));
  assert.equal(half.peak, 0.5);
  assert.ok(Math.abs(half.level + 6.02) < 0.01);
});

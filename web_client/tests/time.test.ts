import assert from "node:assert/strict";
import { test } from "node:test";
import { isoDay, momentAt, momentNear, timeOf } from "../src/parts/time.js";

test("a time told from paper is a moment in Vietnam, whatever the device thinks", () => {
  assert.equal(momentAt("2026-11-03", "19:30"), Date.UTC(2026, 10, 3, 12, 30));
  assert.equal(momentAt("2026-11-03", ""), null);
  assert.equal(momentAt("", "19:30"), null);
  const at = momentAt("2026-11-03", "00:05") ?? 0;
  assert.deepEqual([isoDay(at), timeOf(at)], ["2026-11-03", "00:05"]);
});

test("a clock time alone is the one nearest to the opening, also past midnight", () => {
  const began = momentAt("2026-11-03", "19:30") ?? 0;
  assert.equal(momentNear(began, "19:10"), momentAt("2026-11-03", "19:10"));
  assert.equal(momentNear(began, "21:00"), momentAt("2026-11-03", "21:00"));
  assert.equal(momentNear(began, "00:20"), momentAt("2026-11-04", "00:20"));
  const morning = momentAt("2026-11-03", "00:10") ?? 0;
  assert.equal(momentNear(morning, "23:50"), momentAt("2026-11-02", "23:50"));
  assert.equal(momentNear(began, ""), null);
});

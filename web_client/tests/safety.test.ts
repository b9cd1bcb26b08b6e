import assert from "node:assert/strict";
import { test } from "node:test";
import { MemoryStore } from "../src/protocol/chunk_store.js";
import { HttpFault, NoLine } from "../src/protocol/http.js";
import { Cuts, overdue, owed, type Piece } from "../src/protocol/pieces.js";
import { Safety } from "../src/protocol/safety.js";

const S = 1_000;
const piece = (since: number, until: number, bytes = 30_000): Piece => ({ since: since * S, until: until * S, bytes, whole: true });

test("only pieces that meet a cut are owed, the oldest first", () => {
  const pieces = [piece(30, 40), piece(20, 30), piece(10, 20), piece(0, 10), { ...piece(40, 50), whole: false }];
  assert.deepEqual(owed(pieces, [{ since: 21.5 * S, until: 29.5 * S }]).map((one) => one.since / S), [20, 30]);
  assert.deepEqual(owed(pieces, [{ since: 10.5 * S, until: null }]).map((one) => one.since / S), [0, 10, 20, 30]);
  assert.deepEqual(owed(pieces, []), []);
  assert.equal(owed([{ ...piece(0, 10), left: true }], []).length, 1);
});

test("without a cut a minute is kept, in a cut thirty minutes and sixteen megabytes", () => {
  const minutes = Array.from({ length: 240 }, (_, n) => piece(n * 10, n * 10 + 10));
  assert.deepEqual(overdue(minutes, [], 2_400 * S).length, 233);
  const long = [{ since: 0, until: null }];
  assert.equal(overdue(minutes, long, 2_400 * S).length, 59);
  const large = minutes.slice(0, 20).map((one) => ({ ...one, bytes: 1024 * 1024 }));
  assert.deepEqual(overdue(large, long, 200 * S).map((one) => one.since / S).sort((a, b) => a - b), [0, 10, 20, 30]);
});

test("a line that brings nothing for some seconds is cut, until something comes", () => {
  const cuts = new Cuts();
  let received = 0;
  for (let now = 0; now < 10; now += 1) cuts.look(now * S, true, (received += 80));
  assert.deepEqual(cuts.list, []);
  for (let now = 10; now < 30; now += 1) cuts.look(now * S, now < 15, received);
  assert.deepEqual(cuts.list, [{ since: 9 * S, until: null }]);
  cuts.look(30 * S, true, 5);
  cuts.look(31 * S, true, 90);
  assert.deepEqual(cuts.list, [{ since: 9 * S, until: 30 * S }]);
  cuts.forget([piece(0, 5)]);
  assert.deepEqual(cuts.list, []);
});

class World {
  at = 0;
  received = 0;
  faults: Error[] = [];
  sent: { since: number; text: string }[] = [];
  readonly store = new MemoryStore();
  safety = this.made();

  made(): Safety {
    return new Safety({
      scope: "m", store: Promise.resolve(this.store), now: () => this.at, changed: () => undefined,
      send: async (since, data) => {
        const fault = this.faults.shift();
        if (fault) throw fault;
        this.sent.push({ since: since / S, text: await data.text() });
      },
    });
  }

  /** Seconds in which the device records; `cut`: nothing comes over the line. */
  async pass(seconds: number, cut = false, recording = true): Promise<void> {
    for (let n = 0; n < seconds; n += 1) {
      const begun = Math.floor(this.at / (10 * S)) * 10 * S;
      const chunk = (this.at - begun) / S;
      this.at += S;
      if (recording) this.safety.chunk(begun, chunk, new Blob([`${this.at / S} `], { type: "audio/webm" }), this.at);
      if (chunk === 9) this.safety.whole(begun);
      this.safety.tick(!cut, cut ? this.received : (this.received += 100), !cut);
      await this.settled();
    }
  }

  async settled(): Promise<void> {
    for (let n = 0; n < 40; n += 1) await Promise.resolve();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  get kept(): number[] {
    return [...new Set(this.store.chunks.map((chunk) => chunk.piece / S))];
  }
}

test("what was said during a cut is sent in order, and nothing else is, and then nothing of it is kept", async () => {
  const world = new World();
  await world.pass(100);
  assert.equal(world.sent.length, 0);
  assert.ok(world.kept.length <= 8);
  await world.pass(300, true);
  assert.equal(world.sent.length, 0);
  assert.ok(world.safety.waiting >= 290);
  await world.pass(20);
  const wanted = Array.from({ length: 32 }, (_, n) => 90 + n * 10);
  assert.deepEqual(world.sent.map((one) => one.since), wanted);
  assert.equal(world.sent[1]?.text, "101 102 103 104 105 106 107 108 109 110 ");
  assert.equal(world.safety.waiting, 0);
  await world.pass(100);
  assert.ok(world.kept.length <= 8);
});

test("a send that fails is tried again, one that is refused is not", async () => {
  const world = new World();
  await world.pass(20);
  await world.pass(30, true);
  world.faults = [new NoLine("cut"), new HttpFault(503, "busy", ""), new HttpFault(409, "off_record", "")];
  await world.pass(40);
  assert.deepEqual(world.sent.map((one) => one.since), [20, 30, 40, 50]);
});

test("a pause that is learnt of late wipes what was kept since, and a leaving everything", async () => {
  const world = new World();
  await world.pass(20);
  await world.pass(30, true);
  world.safety.offRecord(34 * S);
  await world.pass(15, false, false);
  assert.deepEqual(world.sent.map((one) => one.since), [10, 20, 30]);
  assert.equal(world.sent[2]?.text, "31 32 33 34 ");
  assert.deepEqual(world.kept, []);
  await world.pass(15);
  assert.ok(world.kept.length > 0);
  world.safety.wipe();
  await world.settled();
  assert.deepEqual(world.store.chunks, []);
});

test("off record without a cut nothing stays, not even what was on record", async () => {
  const world = new World();
  await world.pass(25);
  world.safety.offRecord(25 * S);
  await world.settled();
  assert.deepEqual(world.store.chunks, []);
  world.safety.chunk(20 * S, 5, new Blob(["late"]), 26 * S);
  await world.settled();
  assert.deepEqual(world.store.chunks, []);
});

test("a page that comes back offers what was left, and forgets what others left long ago", async () => {
  const world = new World();
  await world.pass(15);
  await world.store.put({ scope: "old", piece: -50_000 * S, n: 0, until: 2, type: "audio/webm", data: new ArrayBuffer(3) });
  world.safety = world.made();
  await world.settled();
  assert.equal(world.safety.waiting, 15);
  await world.pass(1, false, false);
  assert.deepEqual(world.sent.map((one) => one.since), [0, 10]);
  assert.deepEqual(world.store.chunks, []);
});

test("what was erased goes, also of what an earlier page left, and what comes after is kept anew", async () => {
  const world = new World();
  for (const since of [0, 10, 20, 30]) {
    for (let n = 0; n < 10; n += 1) world.safety.chunk(since * S, n, new Blob([`${since}.${n} `]), (since + n + 1) * S);
    world.safety.whole(since * S);
  }
  world.at = 41 * S;
  await new Promise((done) => setTimeout(done, 20));
  world.safety = world.made(); // the page came back
  world.safety.leaveOut(14 * S, 29 * S);
  world.safety.chunk(25 * S, 3, new Blob(["late "]), 30 * S);
  world.safety.chunk(40 * S, 0, new Blob(["40.0 "]), 41 * S);
  await new Promise((done) => setTimeout(done, 20));
  const kept = (await world.store.of("m")).map((chunk) => `${chunk.piece / S}.${chunk.n}`);
  const first = Array.from({ length: 10 }, (_, n) => `0.${n}`);
  assert.deepEqual(kept, [...first, "10.0", "10.1", "10.2", "10.3", ...first.map((name) => `30.${name.slice(2)}`), "40.0"]);
});

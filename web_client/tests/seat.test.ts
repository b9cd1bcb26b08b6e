import assert from "node:assert/strict";
import { test } from "node:test";
import { Thrift } from "../src/protocol/thrift.js";
import { forget, keep, kept, tabName, type Kept } from "../src/views/kept.js";

class Memory {
  private readonly found = new Map<string, string>();
  getItem(key: string): string | null {
    return this.found.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.found.set(key, value);
  }
  removeItem(key: string): void {
    this.found.delete(key);
  }
}

const CHOSEN: Kept = { seat: "remote", informed: true, private: true, device: "d1", micOn: true, saving: false, listening: false, used: 7 };

test("a seat is found again in the same tab and meeting only, and not after leaving", () => {
  const store = new Memory();
  keep(store, "m1", "own", CHOSEN);
  assert.deepEqual(kept(store, "m1", "own"), CHOSEN);
  assert.equal(kept(store, "m2", "own"), null);
  assert.equal(kept(store, "m1", "hall"), null);
  forget(store, "m1", "own");
  assert.equal(kept(store, "m1", "own"), null);
});

test("what cannot be read is asked again, and without a store the tab still has a name", () => {
  const store = new Memory();
  store.setItem("seat:own:m1", "{");
  assert.equal(kept(store, "m1", "own"), null);
  assert.equal(kept(null, "m1", "own"), null);
  assert.equal(tabName(store, () => "a"), "a");
  assert.equal(tabName(store, () => "b"), "a");
  assert.equal(tabName(null, () => "c"), "c");
});

test("a line is light after three weak seconds and full again after a good minute", () => {
  const thrift = new Thrift();
  let at = 0;
  const pass = (seconds: number, weak: boolean, chosen = false): number[] => {
    const changes: number[] = [];
    for (let n = 0; n < seconds; n += 1) if (thrift.judge(weak, chosen, (at += 1_000))) changes.push(n);
    return changes;
  };
  assert.deepEqual(pass(30, false), []);
  assert.deepEqual(pass(3, true), []);
  assert.deepEqual(pass(1, true), [0]);
  assert.deepEqual(pass(60, false), []);
  assert.deepEqual(pass(1, false), [0]);
  assert.deepEqual(pass(1, false, true), [0]);
  assert.equal(thrift.release(), true);
  assert.equal(thrift.light, false);
});

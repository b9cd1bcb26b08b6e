import assert from "node:assert/strict";
import { test } from "node:test";
import { takenWords } from "../src/parts/banner.js";
import { calledAs, echoing } from "../src/parts/echoes.js";
import type { Person } from "../src/views/types.js";

const one = (change: Partial<Person>): Person => ({
  session: "s", member: "p", name: "Lang Văn Hợp", seat: "remote", device: "phone", mic: true, voiced: false, weak: false,
  admitted: true, guest: false, muted: false, ...change,
});

test("a desk names every device that is heard and gives back what others say, the hall by its own name", () => {
  const people = [
    one({ session: "a", echo: true }),
    one({ session: "b", echo: true, muted: true }),
    one({ session: "c", echo: true, admitted: false }),
    one({ session: "d" }),
    one({ session: "e", name: "x", seat: "device", device: "hall", echo: true }),
  ];
  assert.deepEqual(echoing(people).map((found) => [found.session, calledAs(found)]), [["a", "Lang Văn Hợp"], ["e", "Hội trường"]]);
});

test("of a microphone that was taken away a person is told as a person, a hall as a hall", () => {
  for (const how of ["call", "lost"] as const) {
    const said = ["phone", "computer", "hall", "microphone"].map((device) => takenWords(device, how));
    assert.equal(new Set(said).size, 3);
    assert.equal(said[0], said[1]);
    assert.match(said[2] ?? "", /hội trường/);
    for (const words of said.slice(2)) assert.doesNotMatch(words, /nghe được đồng chí/);
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { Connection, type Line } from "../src/protocol/connection.js";
import { Refusal, type FromServer } from "../src/protocol/messages.js";
import { TestWorld } from "./surroundings.js";

const WELCOME = { type: "welcome", you: { member: "m1", name: "Lan", seat: "remote", roles: [], guest: false, session: "s-1" }, meeting: "m", now: 1, ice: [], sound: false };

function given(versions: Record<string, number> = {}): { world: TestWorld; lines: Line[]; seen: FromServer[]; connection: Connection } {
  const world = new TestWorld();
  const lines: Line[] = [];
  const seen: FromServer[] = [];
  const connection = new Connection(
    "wss://x/live/m",
    { tab: "t", device: "phone", informed: true, private: false },
    { line: (line) => lines.push(line), welcome: () => undefined, message: (message) => seen.push(message), versions: () => versions },
    world,
  );
  connection.connect();
  return { world, lines, seen, connection };
}

function welcomed(world: TestWorld): void {
  world.last.onopen?.();
  world.last.say(WELCOME);
}

test("the first message greets with version, seen versions and what the person ticked", () => {
  const { world } = given({ ledger: 7 });
  world.last.onopen?.();
  assert.deepEqual(world.last.sent[0], {
    type: "hello", v: 1, versions: { ledger: 7 }, tab: "t", device: "phone", informed: true, private: false,
  });
});

test("a command resolves with its entry's number", async () => {
  const { world, connection } = given();
  welcomed(world);
  const answer = connection.command("raise_hand", { up: true });
  const sent = world.last.sent.at(-1);
  assert.equal(sent?.name, "raise_hand");
  world.last.say({ type: "accepted", id: sent?.id as number, seq: 12 });
  assert.equal(await answer, 12);
});

test("a refused command says why and who may", async () => {
  const { world, connection } = given();
  welcomed(world);
  const answer = connection.command("close");
  world.last.say({ type: "refused", id: 1, code: "not_allowed", message: "Chỉ chủ trì", who: "chủ trì", current: "" });
  await assert.rejects(answer, (fault: Refusal) => fault.code === "not_allowed" && fault.who === "chủ trì");
});

test("a command given during a cut is sent once the line is back, with the same id", async () => {
  const { world, connection } = given();
  welcomed(world);
  const first = connection.command("type_speech", { text: "một" }, true);
  world.last.cut();
  const second = connection.command("type_speech", { text: "hai" }, true);
  world.pass(600);
  assert.equal(world.sockets.length, 2);
  welcomed(world);
  const sent = world.last.sent.filter((message) => message.type === "command");
  assert.deepEqual(sent.map((message) => message.id), [1, 2]);
  world.last.say({ type: "accepted", id: 1, seq: 1 });
  world.last.say({ type: "accepted", id: 2, seq: 2 });
  assert.deepEqual(await Promise.all([first, second]), [1, 2]);
});

test("a hand raised a minute ago is given back, written words are kept", async () => {
  const { world, connection } = given();
  welcomed(world);
  world.last.cut();
  const hand = connection.command("raise_hand", { up: true });
  const words = connection.command("type_speech", { text: "một" }, true);
  for (let n = 0; n < 20; n += 1) {
    world.pass(8_000);
    world.last.cut();
  }
  world.pass(8_000);
  welcomed(world);
  await assert.rejects(hand, (fault: Refusal) => fault.code === "not_sent");
  assert.deepEqual(world.last.sent.filter((m) => m.type === "command").map((m) => m.id), [2]);
  world.last.say({ type: "accepted", id: 2, seq: 5 });
  assert.equal(await words, 5);
});

test("waits grow from half a second to eight and fall back once welcomed", () => {
  const { world, lines } = given();
  welcomed(world);
  const waits: number[] = [];
  for (let n = 0; n < 7; n += 1) {
    world.last.cut();
    const line = lines.at(-1);
    assert.equal(line?.state, "offline");
    const wait = (line?.state === "offline" ? line.retryAt : 0) - world.now();
    waits.push(wait);
    world.pass(wait);
  }
  assert.deepEqual(waits, [500, 1000, 2000, 4000, 8000, 8000, 8000]);
  welcomed(world);
  world.last.cut();
  const line = lines.at(-1);
  assert.equal(line?.state === "offline" && line.retryAt - world.now(), 500);
});

test("fifteen silent seconds are a lost line", () => {
  const { world, lines } = given();
  welcomed(world);
  world.pass(10_000);
  assert.ok(world.last.types().includes("ping"));
  assert.equal(lines.at(-1)?.state, "live");
  world.pass(6_000);
  assert.equal(world.sockets[0]?.closed, true);
  assert.ok(lines.some((line) => line.state === "offline"));
});

test("a newer tab ends this one for good", () => {
  const { world, lines } = given();
  welcomed(world);
  world.last.say({ type: "replaced" });
  world.pass(60_000);
  assert.equal(world.sockets.length, 1);
  const line = lines.at(-1);
  assert.equal(line?.state === "ended" && line.why, "replaced");
});

test("a refused person is not let in by knocking again", () => {
  const { world, lines } = given();
  world.last.onopen?.();
  world.last.cut(4403, "Không có quyền");
  world.pass(60_000);
  assert.equal(world.sockets.length, 1);
  const line = lines.at(-1);
  assert.equal(line?.state === "ended" && line.text, "Không có quyền");
});

test("what was said at the door is shown when it stays shut", () => {
  const { world, lines } = given();
  world.last.onopen?.();
  world.last.say({ type: "refused", id: null, code: "signed_out", message: "Đồng chí cần đăng nhập." });
  world.last.cut(4401);
  const line = lines.at(-1);
  assert.equal(line?.state === "ended" && line.text, "Đồng chí cần đăng nhập.");
});

test("an offer that a cut swallowed is refused, so that a new line can be made", async () => {
  const { world, connection } = given();
  welcomed(world);
  const answer = connection.signal({ sdp: "v=0", speak: true, hear: true, weak: false });
  world.last.cut();
  await assert.rejects(answer, (fault: Refusal) => fault.code === "offline");
});

test("words of an old socket are not heard any more", () => {
  const { world, seen } = given();
  welcomed(world);
  const old = world.last;
  old.cut();
  old.say({ type: "notice", level: "info", text: "cũ" });
  assert.deepEqual(seen, []);
});

test("looked at again, a dead socket is replaced within two seconds and a living one is kept", () => {
  const { world, connection } = given();
  welcomed(world);
  connection.hurry();
  world.last.say({ type: "pong", t: 0 });
  world.pass(2_500);
  assert.equal(world.sockets.length, 1);
  connection.hurry();
  world.pass(2_000);
  assert.equal(world.sockets.length, 2);
  assert.equal(world.sockets[0]?.closed, true);
});

test("in the lobby the line is kept alive", () => {
  const { world } = given();
  world.last.onopen?.();
  world.last.say({ type: "waiting" });
  for (let n = 0; n < 6; n += 1) {
    world.pass(5_000);
    assert.equal(world.last.types().at(-1), "ping");
    world.last.say({ type: "pong", t: 0 });
  }
  assert.equal(world.sockets.length, 1);
});

test("a page put away closes without goodbye and comes back when it is shown again", () => {
  const { world, connection } = given();
  welcomed(world);
  connection.suspend();
  assert.equal(world.sockets[0]?.closed, true);
  assert.ok(!world.sockets[0]?.types().includes("bye"));
  connection.hurry();
  assert.equal(world.sockets.length, 2);
});

test("a picture's offer is answered by its own number and never by the sound's answer", async () => {
  const { world, connection } = given();
  welcomed(world);
  const sound = connection.signal({ sdp: "s", speak: true, hear: true, weak: false });
  const picture = connection.picture("hall", "p");
  const sent = world.last.sent.at(-1);
  assert.deepEqual([sent?.type, sent?.place, sent?.sdp], ["picture", "hall", "p"]);
  world.last.say({ type: "picture_answer", id: sent?.id as number, sdp: "pa" });
  world.last.say({ type: "answer", sdp: "sa" });
  assert.equal(await picture, "pa");
  assert.equal(await sound, "sa");
});

test("a refused picture leaves the sound's offer alone, and a cut gives it back", async () => {
  const { world, connection } = given();
  welcomed(world);
  const sound = connection.signal({ sdp: "s", speak: true, hear: true, weak: false });
  const refused = connection.picture("", "p");
  world.last.say({ type: "refused", id: world.last.sent.at(-1)?.id as number, code: "picture_down", message: "" });
  await assert.rejects(refused, (fault: Refusal) => fault.code === "picture_down");
  world.last.say({ type: "answer", sdp: "sa" });
  assert.equal(await sound, "sa");
  const lost = connection.picture("", "p");
  world.last.cut();
  await assert.rejects(lost, (fault: Refusal) => fault.code === "offline");
  await assert.rejects(connection.picture("", "p"), (fault: Refusal) => fault.code === "offline");
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { merged } from "../src/minutes/merge.js";

const BASE = "Đồng chí Khang đề nghị góp 200 nghìn đồng mỗi hộ.";

test("changes in different places both stand", () => {
  const mine = "Đồng chí Lê Đình Khang đề nghị góp 200 nghìn đồng mỗi hộ.";
  const theirs = "Đồng chí Khang đề nghị góp 300 nghìn đồng mỗi hộ.";
  assert.equal(merged(BASE, mine, theirs), "Đồng chí Lê Đình Khang đề nghị góp 300 nghìn đồng mỗi hộ.");
});

test("what both add at the end is kept from both, theirs first", () => {
  assert.equal(merged(BASE, `${BASE} Bí thư thêm.`, `${BASE} Thư ký thêm.`), `${BASE} Thư ký thêm. Bí thư thêm.`);
});

test("the same word changed by both keeps both wordings", () => {
  const both = merged(BASE, BASE.replace("200", "300"), BASE.replace("200", "250"));
  assert.equal(both, "Đồng chí Khang đề nghị góp 250 300 nghìn đồng mỗi hộ.");
});

test("the same change by both stands once", () => {
  const same = BASE.replace("200", "300");
  assert.equal(merged(BASE, same, same), same);
  assert.equal(merged(BASE, `${BASE} Xong.`, `${BASE} Xong.`), `${BASE} Xong.`);
});

test("one who changed nothing takes nothing away", () => {
  const theirs = `${BASE} Thêm.`;
  assert.equal(merged(BASE, BASE, theirs), theirs);
  assert.equal(merged(BASE, theirs, BASE), theirs);
});

test("words taken out by one are out, lines stay lines", () => {
  const base = "Một hai ba.\nBốn năm.";
  assert.equal(merged(base, "Một ba.\nBốn năm.", "Một hai ba.\nBốn năm sáu."), "Một ba.\nBốn năm sáu.");
});

test("every word that either wrote anew is in the result", () => {
  const words = ["a", "b", "c", "d", "e"];
  let seed = 7;
  const random = (n: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % n;
  };
  const changed = (who: string): string[] => words.flatMap((word, n) => {
    const how = random(4);
    return how === 0 ? [`${who}${n}`] : how === 1 ? [word, `${who}+${n}`] : [word];
  });
  for (let turn = 0; turn < 500; turn += 1) {
    const [mine, theirs] = [changed("m"), changed("t")];
    const result = merged(words.join(" "), mine.join(" "), theirs.join(" ")).split(" ");
    for (const word of [...mine, ...theirs].filter((one) => /^[mt]/.test(one))) assert.ok(result.includes(word), `${word} is lost`);
  }
});

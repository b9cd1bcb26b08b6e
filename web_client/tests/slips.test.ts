import assert from "node:assert/strict";
import { test } from "node:test";
import { slips } from "../src/minutes/slips.js";

test("a name, a place, a figure that was put right may stand wrong elsewhere", () => {
  const pairs: [string, string, string, string][] = [
    ["Đồng chí Khanh đề nghị.", "Đồng chí Khang đề nghị.", "Khanh", "Khang"],
    ["Sửa đường vào bản Mạ Hố, trước mưa.", "Sửa đường vào bản Mạ Hồ, trước mưa.", "Mạ Hố", "Mạ Hồ"],
    ["Giao Lê Đình Khanh, xong trước mưa.", "Giao Lê Đình Khang, xong trước mưa.", "Lê Đình Khanh", "Lê Đình Khang"],
    ["Góp 300.000 đồng.", "Góp 350.000 đồng.", "300.000", "350.000"],
    ["ở bản ma hồ", "ở bản Mạ Hồ", "ma hồ", "Mạ Hồ"],
    ["nghị quyết trăm năm đại hội", "nghị quyết chăm lo đại hội", "trăm năm", "chăm lo"],
  ];
  for (const [before, after, wrong, right] of pairs) assert.deepEqual(slips(before, after), [{ wrong, right }], before);
});

test("common single words, capitals alone, and what was only put in or taken out are offered nowhere", () => {
  for (const [before, after] of [["và đi", "là đi"], ["tôi nói", "Tôi nói"], ["một hai ba", "một ba"], ["một ba", "một hai ba"], ["như cũ", "như cũ"]] as const) {
    assert.deepEqual(slips(before, after), [], before);
  }
});

test("a sentence written anew is no slip", () => {
  assert.deepEqual(slips("Máy nghe một câu dài không ra sao cả", "Đồng chí Hợp đề nghị chi bộ giúp hộ nghèo"), []);
});

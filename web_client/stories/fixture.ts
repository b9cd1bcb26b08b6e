/** One invented meeting of a hamlet cell, as the server's views. */
import type { Block, Caption, LedgerLine, Motion, Views } from "../src/views/types.js";

export const AT = Date.parse("2026-11-03T20:12:40+07:00");
const START = Date.parse("2026-11-03T19:30:00+07:00");

const NAMES = [
  "Vi Văn Thuận", "Lương Văn Chiến", "Lang Văn Hợp", "Quách Văn Thắng", "Lương Thị Hoa", "Hà Văn Sơn", "Vi Thị Lan", "Lò Văn Dũng",
  "Lê Đình Khang", "Hà Thị Nguyệt", "Lữ Văn Quyết", "Lê Văn Tám", "Lò Thị Xuân", "Vi Văn Phong", "Hà Văn Lực", "Vi Văn Tiến", "Lương Thị Dung",
  "Vi Văn Đức", "Hà Văn Toàn", "Lò Văn Inh", "Lương Văn Bảy", "Vi Thị Hồng", "Quách Thị Nụ", "Lang Thị Én", "Hà Minh Tuấn",
];

const remote = new Set([2, 3, 4, 5]);
const excused: Record<number, string> = { 12: "chăm mẹ nằm Bệnh viện Đa khoa tỉnh", 13: "tập huấn dân quân tại xã", 14: "ốm" };

export const lines: LedgerLine[] = NAMES.map((name, n) => ({
  member: `p${n}`, name, status: n === 24 ? "probationary" : "official", position: n === 0 ? "bí thư" : n === 1 ? "phó bí thư" : "",
  eligible: n !== 15 && n !== 16, outside: n === 15 || n === 16, here: !excused[n] && n !== 11 && n !== 15 && n !== 16, identified: n === 2, identified_by: n === 2 ? "Lương Văn Chiến" : "", votes: n !== 24 && n !== 15 && n !== 16 && !excused[n] && n !== 11,
  answer: null, answer_reason: "", remote_allowed: remote.has(n) ? true : null, remote_reason: remote.has(n) ? "đi làm ăn xa" : "", remote_free: remote.has(n),
  state: excused[n] ? "excused" : n === 11 ? "absent" : n === 15 || n === 16 ? "unknown" : "present",
  channel: excused[n] || n === 11 ? "" : remote.has(n) ? "remote" : "hall", late: n === 10, left_at: null, reason: excused[n] ?? "",
  contradictions: n === 3 ? ["Đã điểm danh có mặt từ xa nhưng đang mất kết nối từ 20:05."] : n === 16 ? ["Đang bị đình chỉ hoặc chuyển sinh hoạt tạm thời nhưng được ghi có mặt"] : [],
  faults: n === 3 ? ["called_but_not_connected"] : n === 16 ? ["not_expected"] : [],
}));

const said: [number, string, number, Partial<Caption>?][] = [
  [0, "Thưa các đồng chí, bây giờ chi bộ bàn về vận động Nhân dân làm đường giao thông thôn, dài 1.200 mét. Đề nghị các đồng chí cho ý kiến về mức đóng góp.", 28],
  [6, "Tôi đề nghị mức 300.000 đồng một hộ, hộ nghèo thì miễn. Đường này làm xong các cháu đi học đỡ khổ mùa mưa.", 31],
  [2, "Tôi ở Bình Dương xin có ý kiến như đồng chí Thắng: nhất trí làm đường, nhưng nên chia làm hai đợt đóng góp để bà con đi làm xa gửi về kịp.", 34, { unsure: [[6, 16], [77, 85]], names: [{ start: 44, end: 49, name: NAMES[3] ?? "", confidence: 900 }] }],
  [17, "Hộ cận nghèo cũng khó khăn, đề nghị cho góp bằng ngày công, mỗi hộ hai ngày.", 36],
  [-1, "dân mình thì cũng nhất trí thôi nhưng mà phải công khai", 38, { doubtful: true, unsure: [[9, 17]] }],
  [8, "Đề nghị thành lập tổ giám sát cộng đồng, công khai thu chi ở nhà văn hóa thôn hằng tuần.", 39, { method: "typed" }],
  [0, "Tôi xin tóm tắt: mức dự kiến 300.000 đồng một hộ, hộ nghèo miễn, hộ cận nghèo góp hai ngày công, hoàn thành trước ngày 15 tháng 12.", 41, { corrected: true }],
];

export const captions: Caption[] = said.map(([who, text, minute, more], n) => ({
  id: `t-1:${n}`, speaker: who < 0 ? "" : `p${who}`, name: who < 0 ? "" : (NAMES[who] ?? ""), channel: remote.has(who) ? "remote" : "hall",
  at: START + minute * 60_000 + n * 7_000, text, spoken: text, doubtful: false, corrected: false, method: "speech", track: "t-1", start: n * 480_000, end: n * 480_000 + 300_000, item: "i4", also: [], unsure: [], ...more,
}));

const TITLES = [
  "Thông tin thời sự, văn bản của cấp trên", "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh", "Đánh giá kết quả thực hiện nghị quyết tháng 10",
  "Vận động Nhân dân làm đường giao thông thôn", "Công tác phát triển đảng",
];

export function motion(state: "open" | "closed", mine: Motion["mine"] = null): Motion {
  const voters = lines.filter((line) => line.state === "present" && line.status === "official").map((line) => ({ member: line.member, name: line.name, channel: line.channel === "remote" ? "remote" as const : "hall" as const, ...(line.channel === "remote" && line.member !== "p5" ? { voted: true, choice: "for" as const } : {}) }));
  const all = state === "closed";
  return {
    motion: "v1", item: "i4", text: "Chủ trương vận động làm đường: dự kiến 300.000 đồng/hộ, hộ nghèo miễn, hộ cận nghèo góp 2 ngày công; chia hai đợt đóng góp.",
    method: "hands", threshold: "majority", options: [], needed: 10, base: 18, voters, hall_base: 14, remote_base: 4,
    hall: { for: 12, against: 1, other: all ? 1 : 0 }, remote: { for: all ? 4 : 3, against: 0, other: 0 }, mine, missing: all ? 0 : 2, state, passed: all,
    wording: all ? "Tán thành 16/18 (88,9%); không tán thành 1; ý kiến khác 1." : "",
  };
}

const text: [string, string, string[], Partial<Block>?][] = [
  ["time", "Bắt đầu 19 giờ 32 phút, ngày 03 tháng 11 năm 2026.", []],
  ["place", "Địa điểm: Nhà văn hóa thôn Chiềng Cà; hình thức: trực tiếp kết hợp trực tuyến.", []],
  ["attendance", "Tổng số đảng viên: 25 (chính thức 24, dự bị 1). Miễn sinh hoạt: 02 (Vi Văn Tiến, Lương Thị Dung).", []],
  ["present", "Có mặt: 19/23, trong đó tại hội trường 15, trực tuyến 4.", []],
  ["absent", "Vắng mặt: 4 — có lý do: 3 (Lò Thị Xuân: chăm mẹ nằm Bệnh viện Đa khoa tỉnh; Vi Văn Phong: tập huấn dân quân tại xã; Hà Văn Lực: ốm); không lý do: 1 (Lê Văn Tám).", [], { flags: ["differs-from-ledger"] }],
  ["report", "Đồng chí Vi Văn Thuận báo cáo chủ trương vận động Nhân dân làm đường giao thông thôn, chiều dài 1.200 mét.", ["t-1:0"]],
  ["opinion", "Đồng chí Vi Thị Lan đề nghị mức đóng góp 300.000 đồng/hộ, hộ nghèo được miễn.", ["t-1:1"], { origin: "hand" }],
  ["opinion", "Đồng chí Lang Văn Hợp (trực tuyến) nhất trí làm đường, đề nghị chia hai đợt đóng góp.", ["t-1:2", "t-1:3", "entry:9"], { proposal: "Đồng chí Lang Văn Hợp (trực tuyến) nhất trí làm đường, đề nghị chia hai đợt đóng góp để người đi làm xa gửi về kịp.", pieces: [["same", "Đồng chí Lang Văn Hợp (trực tuyến) nhất trí làm đường, đề nghị chia hai đợt đóng"], ["out", "góp."], ["in", "góp để người đi làm xa gửi về kịp."]] }],
  ["opinion", "Có ý kiến đề nghị công khai.", ["t-1:4"], { confidence: 480, flags: ["doubtful"] }],
  ["conclusion", "Chủ trì kết luận: Thống nhất chủ trương vận động làm đường với mức dự kiến 300.000 đồng/hộ, đưa ra họp thôn để Nhân dân bàn, quyết định; hoàn thành trước ngày 15/12/2026.", ["t-1:6"]],
  ["opinion", "", ["t-1:5"], { offered: true, proposal: "Đồng chí Lê Đình Khang đề nghị thành lập tổ giám sát cộng đồng, công khai thu chi hằng tuần.", pieces: [["in", "Đồng chí Lê Đình Khang đề nghị thành lập tổ giám sát cộng đồng, công khai thu chi hằng tuần."]] }],
  ["vote", "Chủ trương vận động làm đường: tán thành 16/18 (88,9%), không tán thành 1, ý kiến khác 1.", ["entry:91"]],
  ["task", "Đồng chí Lò Văn Dũng tổ chức họp thôn để Nhân dân bàn, quyết định; hạn 08/11/2026.", ["entry:95"]],
];

export const blocks: Block[] = text.map(([kind, words, sources, more], n) => ({
  id: `b${n}`, kind, item: "i4", text: words, sources, speaker: "", confidence: 950, origin: "draft", flags: [], changed: 1, ...more,
}));

/** The same minutes as the server prints them. */
export const page = {
  superior: "ĐẢNG BỘ XÃ THANH QUÂN", cell: "CHI BỘ THÔN CHIỀNG CÀ", number: "Số 05-BB/CB", place_date: "Thanh Quân, ngày 03 tháng 11 năm 2026",
  party: "ĐẢNG CỘNG SẢN VIỆT NAM", name: "BIÊN BẢN", subject: "Sinh hoạt chi bộ thường kỳ tháng 11/2026",
  lines: [
    { style: "section", text: "I- THỜI GIAN, ĐỊA ĐIỂM, HÌNH THỨC" },
    ...text.slice(0, 2).map(([, words]) => ({ style: "point", text: `- ${words}` })),
    { style: "section", text: "II- THÀNH PHẦN" },
    ...text.slice(2, 5).map(([, words], n) => ({ style: "paragraph", text: `${n + 1}. ${words}` })),
    { style: "section", text: "III- NỘI DUNG VÀ DIỄN BIẾN" },
    ...text.slice(5).filter(([, words]) => words).map(([kind, words]) => ({ style: kind === "item" ? "heading" : kind === "conclusion" ? "conclusion" : "point", text: kind === "item" || kind === "conclusion" ? words : `- ${words}` })),
  ],
  signatures: [{ labels: ["NGƯỜI GHI BIÊN BẢN"], name: "Lương Văn Chiến" }, { labels: ["CHỦ TRÌ HỘI NGHỊ"], name: "Vi Văn Thuận" }],
};

export function views(change: Partial<Views> = {}): Partial<Views> {
  return {
    meeting: {
      id: "m-1", title: "Sinh hoạt chi bộ thường kỳ tháng 11/2026", cell_name: "Chi bộ thôn Chiềng Cà", parent_name: "Đảng bộ xã Thanh Quân", kind: "regular",
      place: "Nhà văn hóa thôn Chiềng Cà", mode: "hybrid", starts_at: START, state: "open", recording: { decided: true, record: true, transcribe: true, state: "on", since: START },
      chair: "p0", secretary: "p1", chair_name: "Vi Văn Thuận", secretary_name: "Lương Văn Chiến", practice: false, read_back: false, passed: false, captions_on: false,
      opened_at: START + 120_000, closed_at: null, owed_ms: 0, disk: "ok", speech: "ok",
    },
    people: lines.filter((line) => line.state === "present" && line.channel === "remote").map((line, n) => ({ session: `s${n}`, member: line.member, name: line.name, seat: "remote", device: "phone", mic: n === 0, voiced: n === 0, weak: n === 1, ...(n === 1 ? { loss: 120, rtt_ms: 340 } : {}), admitted: true, guest: false, muted: false })).concat([
      { session: "s-hall", member: "hall", name: "Hội trường", seat: "device", device: "hall", mic: true, voiced: false, weak: false, admitted: true, guest: false, muted: false },
      { session: "s-9", member: "p7", name: "Lò Văn Dũng", seat: "hall", device: "phone", mic: false, voiced: false, weak: false, admitted: false, guest: false, muted: false },
    ]),
    ledger: { lines, total: 25, official: 24, probationary: 1, eligible: 23, present: 19, hall: 15, remote: 4, absent: 4, excused: 3, unexcused: 1, unknown: 0, voters: 18, official_all: 24, guests: [{ guest: "g1", name: "Nguyễn Thị Hạnh", title: "Trưởng Ban Xây dựng Đảng của Đảng ủy xã", upper: true }] },
    agenda: { items: TITLES.map((title, n) => ({ id: `i${n + 1}`, title, secret: false, state: n < 1 ? "open" : n < 3 ? "concluded" : n === 3 ? "now" : "waiting", conclusion: "", started_at: START + n * 600_000, presenter: n === 2 ? "Lương Văn Chiến" : "" })), now: "i4" },
    floor: { speaker: { member: "p2", name: "Lang Văn Hợp", channel: "remote", since: AT - 130_000 }, hands: [{ member: "p17", name: "Vi Văn Đức", since: AT - 80_000 }, { member: "p8", name: "Lê Đình Khang", since: AT - 25_000 }], advisory: true },
    captions,
    motions: [],
    tasks: [{ task: "k1", item: "i4", what: "Họp thôn để Nhân dân bàn, quyết định việc làm đường", who: ["Lò Văn Dũng"], due: "2026-11-08" }],
    petitions: [],
    documents: [{ id: "p1", title: "Kế hoạch vận động làm đường giao thông thôn", form: "pdf", size: 1_480_000, at: START - 2 * 86_400_000 }, { id: "p2", title: "Dự thảo nghị quyết tháng 11", form: "docx", size: 38_000, at: START - 86_400_000 }, { id: "p3", title: "Ảnh hiện trạng tuyến đường", form: "image", size: 640_000, at: START - 86_400_000 }],
    proposals: captions.filter((line) => line.speaker && line.speaker !== "p0").map((line) => ({ utterance: line.id, name: line.name, text: line.text, item: "i4" })),
    document: { version: 14, state: "open", blocks, missing: ["Giờ kết thúc", "Điểm tự đánh giá chất lượng buổi sinh hoạt"], saved_at: AT - 12_000, approved: 0, read_back: 0, remarks: "" },
    display: { item: TITLES[3] ?? "", secret: false, speaker: "Lang Văn Hợp", hands: ["Vi Văn Đức", "Lê Đình Khang"], motion: null, conclusion: "", captions_on: false, present: 19, eligible: 23 },
    record: { number: "11-BB/CB", state: "open", sha256: "", versions: [], approved_at: null },
    me: { member: "p2", hand: false, muted: false, speaking: false, weak: false, in_hall_count: false, vote_refusal: null },
    ...change,
  };
}

export function meetingWith(change: Partial<NonNullable<Views["meeting"]>>, more: Partial<Views> = {}): Partial<Views> {
  const base = views(more);
  return { ...base, meeting: { ...(base.meeting as Views["meeting"]), ...change } };
}

/** The roll call as the paper form of a power cut has it: who came late, stepped out, went early, and when. */
export function toldLedger(): NonNullable<Views["ledger"]> {
  const base = views().ledger as NonNullable<Views["ledger"]>;
  const told: Partial<Views["ledger"] extends { lines: (infer L)[] } | undefined ? L : never>[] = [
    { late: true, told_at: START + 15 * 60_000 }, { out: [[START + 20 * 60_000, START + 35 * 60_000]] }, { left: true, left_typed: true, left_at: START + 60 * 60_000 },
  ];
  return { ...base, lines: base.lines.map((line, n) => ({ ...line, typed: line.state === "present", ...(told[n] ?? {}) })) };
}

/** The archive's further pages, the level above's, and the administrator's. */
import { html } from "lit";
import "../src/app.js";
import * as f from "./fixture.js";
import type { Story } from "./scenes.js";

const app = (): ReturnType<typeof html> => html`<hcb-app></hcb-app>`;
const ME = { account: "a1", name: "Vi Văn Thuận", member: "p0", cell: "c1", cell_name: "Chi bộ thôn Chiềng Cà", roles: ["leader", "member"], demonstration: true };
const CLERK = { ...ME, name: "Nguyễn Thị Hạnh", member: null, cell: null, roles: ["upper_viewer"] };
const ADMIN = { ...ME, name: "Quản trị", roles: ["administrator"] };
const DAY = 86_400_000;
const press = (words: string) => (): void => [...document.querySelectorAll("button")].find((button) => button.textContent?.includes(words))?.click();

const task = (what: string, who: string[], due: string | null, late: number, state = "open", note = ""): unknown => ({ meeting: "m-1", task: what, title: "Sinh hoạt chi bộ thường kỳ tháng 10/2026", what, who, due: due ?? "trong quý IV", due_on: due, state, note, late_days: late });
const TASKS = [task("Họp thôn để Nhân dân bàn, quyết định việc làm đường giao thông 1.200 mét", ["Lò Văn Dũng"], "2026-11-08", 22), task("Hoàn thiện hồ sơ kết nạp quần chúng Lang Thị Én", ["Vi Thị Lan", "Lê Đình Khang"], "2026-12-15", 0), task("Rà soát hộ nghèo", ["Hà Văn Sơn"], null, 0, "done", "đã gửi danh sách lên xã")];
const submission = (n: number, kind: string, kind_name: string, title: string, more: Record<string, unknown>): Record<string, unknown> => ({ id: `s${n}`, cell_name: "Chi bộ thôn Chiềng Cà", kind, kind_name, title, text: "", meeting: null, sent_at: f.AT - n * DAY, due_on: null, answered_at: null, answer: "", state: "sent", late_days: 0, files: [], files_erased_at: null, ...more });
const SENT = [
  submission(1, "petition", "Kiến nghị", "Đề nghị sửa cầu treo bản Pom", { text: "Mặt cầu hư hỏng 6 tấm ván, học sinh đi lại không an toàn.", due_on: "2026-11-18", late_days: 12, state: "received" }),
  submission(3, "admission", "Hồ sơ kết nạp, chuyển chính thức", "Hồ sơ kết nạp quần chúng Lang Thị Én", { due_on: "2026-12-20", files: [{ id: "f1", name: "đơn xin vào Đảng.pdf", size: 90_000 }, { id: "f2", name: "lý lịch.docx", size: 40_000 }] }),
  submission(9, "resolution", "Nghị quyết", "Nghị quyết tháng 10/2026", { state: "returned", answered_at: f.AT - 2 * DAY, files_erased_at: f.AT, answer: "Đảng ủy đã nhận. Đề nghị chi bộ bổ sung chỉ tiêu đóng góp ngày công." }),
];
const MEETINGS = [{ id: "m-1", title: "Sinh hoạt chi bộ thường kỳ tháng 10/2026", kind: "regular", cell: "c1", cell_name: "Chi bộ thôn Chiềng Cà", place: "", mode: "hall", starts_at: f.AT, state: "sealed", number: "10", chair_name: "", secretary_name: "", may: [] }];
const moment = (text: string, where: string, months: number, marks: [number, number][]): unknown => ({ meeting: "m-1", title: "Sinh hoạt chi bộ thường kỳ", starts_at: f.AT - months * 30 * DAY, state: "sealed", where, text, marks });
const OLD = [{ id: "o1", title: "Biên bản họp chi bộ tháng 3/2019", kind: "regular", starts_at: f.AT - 2_700 * DAY, number: "03", files: [{ id: "f1", name: "bien-ban-3-2019.pdf", size: 1 }], lines: ["Bàn việc làm mương cánh đồng Na Lốc.", "Chi bộ thống nhất mỗi hộ góp hai ngày công."] }];
const NAMES = ["Chiềng Cà", "Thanh Trung", "Kẻ Mạ", "Chôi Trờn", "Ná Húm", "Lâm Chính", "Kẻ Lạn", "Đồng Tâm"];
const CELLS = NAMES.map((name, n) => ({ id: `c${n}`, name: `Chi bộ thôn ${name}`, parent: "k1", parent_name: "Đảng bộ xã Thanh Quân", months: Array.from({ length: 12 }, (_, m) => (m > 10 ? 0 : 4 + (n % 3 === 1 && m % 7 === 1 ? 0 : 1) + (m % 3 === 2 ? 2 : 0) + (n === 4 && m === 5 ? 8 : 0))), reason: n % 3 === 1 ? "Chưa họp thường kỳ: tháng 2, 9" : n === 4 ? "Biên bản chậm: tháng 6" : "" }));
const TRENDS = Array.from({ length: 12 }, (_, m) => ({ month: m + 1, regular: m > 10 ? 0 : 8 - (m % 7 === 1 ? 3 : 0), thematic: m % 3 === 2 && m < 11 ? 8 : 0, due: m > 10 ? 0 : 8, late: m === 5 ? 1 : 0, attendance: m > 10 ? null : 900 + 8 * m, spoke: m > 10 ? null : 480 + 20 * m, concluded: m > 10 ? null : 960, tasks: m > 10 ? null : 700 + 25 * m, self_points: m > 10 ? null : 940 - 4 * m, computed: m > 10 ? null : 780 + 10 * m }));
const COMMUNES = ["Thanh Quân", "Thanh Sơn", "Hóa Quỳ", "Xuân Bình"].map((name, n) => ({ id: `k${n + 1}`, name: `Đảng bộ xã ${name}`, cells: 8 + n, regular: 82 - 7 * n, due: 88, late: n, flagged: n + 1 }));
export const YEAR = { year: 2026, total: 8, offset: 0, flagged: 4, regular: 82, due: 88, tasks: 96, tasks_done: 81, problems: { any: 4, missing: 2, thematic: 1, minutes: 3, documents: 0, attendance: 1, spoke: 2, concluded: 0, tasks: 1, score: 1 }, cells: CELLS, communes: COMMUNES, parents: COMMUNES.map(({ id, name }) => ({ id, name })), trends: TRENDS };
const EVENINGS = NAMES.flatMap((name, n) => [{ cell: `c${n}`, cell_name: `Chi bộ thôn ${name}`, parent_name: n % 3 ? "Đảng ủy xã Thanh Quân" : "Đảng ủy xã Như Xuân", meeting: `m${n}`, kind: n % 4 ? "regular" : "thematic", starts_at: Date.UTC(new Date().getFullYear(), new Date().getMonth(), 2 + (n % 4), 12, 30), state: n % 2 ? "sealed" : "scheduled", followers: n % 3 ? ["Nguyễn Thị Hạnh"] : [] }]);
const CALLS = NAMES.slice(0, 5).map((name, n) => ({ cell: `c${n}`, cell_name: `Chi bộ thôn ${name}`, parent_name: "Đảng ủy xã Thanh Quân", why: n % 2 ? "Biên bản kỳ 10/2026 chưa duyệt" : "Chưa họp thường kỳ tháng 11", leader: "Vi Văn Thuận", phone: n === 3 ? "" : "0987 654 321", followers: ["Nguyễn Thị Hạnh"], planned_at: n === 2 ? f.AT + DAY : null }));
const CONTACTS = NAMES.map((name, n) => ({ cell: `c${n}`, cell_name: `Chi bộ thôn ${name}`, parent_name: "Đảng bộ xã Thanh Quân", leader: n === 5 ? "" : "Vi Văn Thuận", phone: n % 2 ? "0987 654 321" : "", follower: n % 3 ? "Nguyễn Thị Hạnh" : "", follower_phone: n % 3 ? "0912 345 678" : "" }));
const ACCOUNTS = f.lines.slice(0, 6).map((line, n) => ({ id: line.member, name: `dv${n}`, person: line.name, cell: "c1", cell_name: "Chi bộ thôn Chiềng Cà" }));
const figures = (m: number): unknown => ({ month: m + 1, regular: m < 10, thematic: m % 3 === 2, due: m < 11, late: m === 5, attendance: m < 10 ? 900 + m * 9 : null, spoke: m < 10 ? 500 + m * 20 : null, concluded: m < 10 ? 1000 : null, self_points: m < 10 ? 92 : null, computed: m < 10 ? 13 : null, problems: m === 5 ? ["minutes", "documents"] : m === 10 ? ["missing"] : [] });
const CELL_YEAR = { id: "c1", name: "Chi bộ thôn Chiềng Cà", year: 2026, regular: 10, due: 11, thematic: 3, tasks: 24, tasks_done: 19, reasons: ["Chưa họp thường kỳ: tháng 11", "Nhiệm vụ hoàn thành dưới 90 %"], months: Array.from({ length: 12 }, (_, m) => figures(m)) };
const HEADS = [
  { key: "9f2c1a7be0d4435c", name: "Họp Chi Bộ – Đảng ủy xã Bá Thước", size: 214, at: f.AT - DAY, received_at: f.AT - DAY + 60_000, refused: [] },
  { key: "03c8d5e6f7a81b92", name: "Họp Chi Bộ – Đảng ủy xã Thiết Ống", size: 187, at: f.AT - 2 * DAY, received_at: f.AT - 2 * DAY + 60_000, refused: [{ at: f.AT, size: 188, says: "Mốc gửi lên nói khác các mốc đã gửi trước: có thể hồ sơ đã niêm phong bị thay hoặc bị xóa, hoặc máy ở dưới đã khôi phục từ bản sao lưu cũ. Đề nghị gọi hỏi nơi gửi, và đối chiếu với phiếu mốc đã in." }] },
];
const LOOKS = [{ at: f.AT, name: "Nguyễn Thị Hạnh", action: "mở nội dung chi bộ gửi lên", meeting: "", detail: "đơn xin vào Đảng.pdf" }, { at: f.AT - DAY, name: "Vi Văn Thuận", action: "xuất danh sách", meeting: "", detail: "lists.xlsx" }, { at: f.AT - 2 * DAY, name: "Lang Văn Hợp", action: "xem văn bản", meeting: "m-1", detail: "" }];
const CONSENTS = [{ meeting: "m-1", title: "Sinh hoạt chi bộ thường kỳ tháng 11/2026", at: f.AT, name: "Lang Văn Hợp", device: "phone", informed: true, notice: "2026-11" }];
const FACTS = [{ seq: 4, at: f.AT, kind: "Joined", part: "did", data: {} }, { seq: 20, at: f.AT + 9e5, kind: "Spoke", part: "named", data: { text: "Tôi nhất trí làm đường, nhưng nên chia làm hai đợt đóng góp." } }, { seq: 44, at: f.AT + 2e6, kind: "VoteCast", part: "did", data: null }];
const MINE = { account: { name: "vthuan", person: "p0", created_at: f.AT - 300 * DAY }, meetings: [{ meeting: "m-1", title: "Sinh hoạt chi bộ thường kỳ tháng 11/2026", starts_at: f.AT, facts: FACTS }], next: f.AT };
const named = { meeting: "m-1", title: "Sinh hoạt chi bộ thường kỳ tháng 9/2026", cell_name: "Chi bộ thôn Chiềng Cà", starts_at: f.AT - 60 * DAY };
const HOLDS = { held: [{ ...named, since: f.AT - 20 * DAY, reason: "Có đơn thư, ủy ban kiểm tra yêu cầu giữ" }], due: [{ ...named, bodies: 412, sound: true }], erased: [{ ...named, at: f.AT - DAY, action: "erase", bodies: 388, sound: true }, { ...named, at: f.AT - 2 * DAY, action: "hold", bodies: 0, sound: false }], sealed: [named] };

const of = (me: unknown, path: string, answers: Record<string, unknown>, then?: () => void): Story => ({ path, answers: { "/api/me": me, ...answers }, draw: app, ...(then ? { then } : {}) });
const cell = "/api/cells/c1";

export const archive: Record<string, Story> = {
  tasks: of(ME, "/archive/tasks", { [`${cell}/tasks`]: { tasks: TASKS } }),
  "tasks-report": of(ME, "/archive/tasks", { [`${cell}/tasks`]: { tasks: TASKS } }, press("Báo đã xong")),
  history: of(ME, "/archive/history?topic=lam+duong", { [`${cell}/history`]: { moments: [moment("Đưa việc làm đường vào nghị quyết năm.", "nội dung", 9, [[9, 18]]), moment("Thống nhất chủ trương vận động làm đường, dự kiến 300.000 đồng/hộ.", "kết luận", 1, [[31, 40]])] } }),
  sent: of(ME, "/archive/sent", { [`${cell}/sent`]: { sent: SENT }, [`${cell}/meetings`]: { meetings: MEETINGS } }),
  "sent-form": of(ME, "/archive/sent", { [`${cell}/sent`]: { sent: SENT }, [`${cell}/meetings`]: { meetings: MEETINGS } }, press("Gửi lên cấp trên")),
  old: of(ME, "/archive/old", { [`${cell}/old`]: { old: OLD } }),
  "old-form": of(ME, "/archive/old", { [`${cell}/old`]: { old: [] } }, press("Đưa biên bản cũ vào")),
  "old-reading": of(ME, "/archive/old/o1", { [`${cell}/old/o1`]: OLD[0] }),
  lists: of(ME, "/archive/lists", {}),
  looks: of(ME, "/archive/looks", { [`${cell}/looks`]: { looks: LOOKS }, [`${cell}/consents`]: { consents: CONSENTS } }),
  "supervision-year": of(CLERK, "/supervision", { "/api/supervision": YEAR }),
  "supervision-none": of(CLERK, "/supervision?problem=score", { "/api/supervision": { ...YEAR, total: 0, cells: [], communes: [], flagged: 0, regular: 0, due: 0 } }),
  "supervision-cell": of(CLERK, "/supervision/cells/c1", { "/api/supervision/cells/c1": CELL_YEAR }),
  inbox: of(CLERK, "/supervision/inbox", { "/api/inbox": { came: SENT, counts: { came: 3, new: 1, open: 2, overdue: 1 } } }),
  "inbox-open": of(CLERK, "/supervision/inbox", { "/api/inbox": { came: SENT, counts: { came: 3, new: 1, open: 2, overdue: 1 } }, "/api/inbox/s1": { ...SENT[0], files: [{ id: "f1", name: "ảnh cầu treo.jpg", size: 1 }] } }, press("Mở")),
  evenings: of(CLERK, "/supervision/evenings", { "/api/supervision/evenings": { evenings: EVENINGS }, "/api/supervision/contacts": { contacts: CONTACTS } }),
  contacts: of(CLERK, "/supervision/evenings", { "/api/supervision/evenings": { evenings: [] }, "/api/supervision/contacts": { contacts: CONTACTS } }, () => document.querySelector("details")?.setAttribute("open", "")),
  calls: of(CLERK, "/supervision/calls", { "/api/supervision/calls": { calls: CALLS } }),
  codes: of(CLERK, "/supervision/codes", { "/api/supervision/accounts": { accounts: ACCOUNTS }, "/api/supervision/accounts/p0/code": { code: "K7QM-4XTP-9WDA", expires_at: f.AT } }, press("In mã")),
  mydata: of(ME, "/me", { "/api/me/data": MINE }, () => document.querySelector("details")?.setAttribute("open", "")),
  heads: of(CLERK, "/supervision/heads", { "/api/supervision/heads": { installations: HEADS } }),
  holds: of(ADMIN, "/admin/holds", { "/api/holds": HOLDS }),
};

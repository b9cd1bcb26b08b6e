/** The screens that live of HTTP alone. */
import { html } from "lit";
import "../src/app.js";
import * as f from "./fixture.js";
import type { Story } from "./scenes.js";

const app = (): ReturnType<typeof html> => html`<hcb-app></hcb-app>`;
const ME = { account: "a1", name: "Vi Văn Thuận", member: "p0", cell: "c1", cell_name: "Chi bộ thôn Chiềng Cà", roles: ["leader", "member"], demonstration: true };
const UNITS = {
  units: [
    { id: "p", name: "Tỉnh ủy Thanh Hóa", level: "province", parent: null, place: "", term: "2025-2030", depth: 0 },
    { id: "x1", name: "Đảng bộ xã Thanh Quân", level: "commune", parent: "p", place: "", term: "2025-2030", depth: 1 },
    { id: "c1", name: "Chi bộ thôn Chiềng Cà", level: "cell", parent: "x1", place: "Nhà văn hóa thôn Chiềng Cà", term: "2025-2027", depth: 2 },
    { id: "c2", name: "Chi bộ thôn Ná Cà 1, xã Thanh Quân", level: "cell", parent: "x1", place: "", term: "", depth: 2 },
    { id: "x2", name: "Đảng bộ xã Yên Nhân", level: "commune", parent: "p", place: "", term: "", depth: 1 },
  ],
  changes: [{ at: f.AT, name: "Quản trị", action: "unit_renamed", detail: "Chi bộ thôn Ná Cà → Chi bộ thôn Ná Cà 1, xã Thanh Quân" }, { at: f.AT, name: "quantri", action: "unit_added", detail: "Đảng bộ xã Yên Nhân" }],
};
const ADMIN = { ...ME, name: "Quản trị", roles: ["administrator", "upper_viewer"] };
const SUMMARY = { id: "m-1", title: "Sinh hoạt chi bộ thường kỳ tháng 11/2026", kind: "regular", cell: "c1", cell_name: "Chi bộ thôn Chiềng Cà", place: "Nhà văn hóa thôn Chiềng Cà", mode: "hybrid", starts_at: f.AT, state: "sealed", number: "11-BB/CB", chair_name: "", secretary_name: "", may: ["documents", "record"] };
const FACETS = { cells: [{ id: "c1", name: "Chi bộ thôn Chiềng Cà", count: 12 }], years: [{ year: 2026, count: 9 }, { year: 2025, count: 3 }], kinds: [{ kind: "regular", count: 10 }] };
const hit = (text: string, marks: [number, number][]): unknown => ({ meeting: "m-1", cell_name: SUMMARY.cell_name, title: SUMMARY.title, kind: "regular", starts_at: f.AT, where: "Kết luận", text, marks });
const PARTS = ["Biên bản (PDF)", "Biên bản dạng dữ liệu", "Nhật ký cuộc họp", "Bản kê", "Chữ ký bản kê"].map((name, n) => ({ name, file: ["record.pdf", "minutes.json", "log.jsonl", "manifest.json", "manifest.sig"][n], ok: true, says: [] as unknown[] }));
const VERDICT = { kind: "record", whole: true, trusted: true, known: true, newest: "yes", sentence: "Hồ sơ còn nguyên vẹn, chưa bị sửa từ khi niêm phong bởi Họp Chi Bộ xã Thanh Quân.", title: SUMMARY.title, number: "11-BB/CB", cell_name: SUMMARY.cell_name, version: 2, reason: "ghi sai số hộ", state: "Đã ký số", sealed_by: "Họp Chi Bộ xã Thanh Quân", sealed_at: f.AT, approved_at: f.AT, key_id: "9f86d081884c7d65", authority: "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae", entries: 412, root: "ab", notes: [], faults: [] as unknown[], parts: PARTS, signatures: [{ role: "thư ký", signer: "Lương Văn Chiến", at: f.AT, stamped: true, sound: true, trusted: true, ended: false }, { role: "chủ trì", signer: "Vi Văn Thuận", at: f.AT, stamped: true, sound: true, trusted: false, ended: false }] };
const drop = (): void => {
  const input = document.querySelector<HTMLInputElement>("#record");
  const data = new DataTransfer();
  data.items.add(new File(["x"], "ho-so-11-BB.zip"));
  if (input) {
    input.files = data.files;
    input.dispatchEvent(new Event("change"));
  }
};
const press = (words: string) => (): void => [...document.querySelectorAll("button")].find((button) => button.textContent?.includes(words))?.click();
const STAGES = ["Đăng nhập và lập cuộc họp", "Vào họp: hội trường và bốn đồng chí ở xa", "Khai mạc, điểm danh", "Nói thật, nghe thật, chép thành chữ", "Diễn biến theo kịch bản (ghi tay)", "Niêm phong và lưu hồ sơ"].map((name, n) => ({ name, seconds: 1.2 * n + 0.5, seen: n < 3 ? "có mặt 20/25" : "", state: n < 3 ? "done" : n === 3 ? "now" : "waiting" }));

export const more: Record<string, Story> = {
  reading: { path: "/m/m-1/minutes", answers: { "/api/me": ME, "/api/meetings/m-1": SUMMARY, "/api/meetings/m-1/minutes": { approved: true, page: f.page } }, draw: app },
  "reading-issuing": { path: "/m/m-1/minutes", answers: { "/api/me": ME, "/api/meetings/m-1": SUMMARY, "/api/meetings/m-1/minutes": { approved: true, page: { ...f.page, lines: f.page.lines.slice(0, 5) } }, "/api/meetings/m-1/resolution": { number: "", book: null, may: ["read", "issue", "book"] } }, draw: app },
  "reading-issued": { path: "/m/m-1/minutes", answers: { "/api/me": ME, "/api/meetings/m-1": SUMMARY, "/api/meetings/m-1/minutes": { approved: true, page: { ...f.page, lines: f.page.lines.slice(0, 5) } }, "/api/meetings/m-1/resolution": { number: "07", book: { year: 2026, first: 37, last: 40 }, may: ["read", "issue", "book"] } }, draw: app },
  "reading-sign": { path: "/m/m-1/minutes", answers: { "/api/me": ME, "/api/meetings/m-1": SUMMARY, "/api/meetings/m-1/minutes": { approved: true, page: { ...f.page, lines: f.page.lines.slice(0, 5) } }, "/api/meetings/m-1/signing": { state: "signed", says: "Thư ký đã ký số, chờ chủ trì", original: "Bản gốc là bản giấy có chữ ký tay; tệp hồ sơ là bản lưu để đối chiếu.", mine: "chair", turn: true, signers: [{ role: "secretary", name: "Lương Văn Chiến" }] } }, draw: app, then: () => document.querySelectorAll<HTMLDetailsElement>(".digital details").forEach((one) => { one.open = true; }) },
  "reading-refused": { path: "/m/m-1/minutes", answers: { "/api/me": ME, "/api/meetings/m-1": SUMMARY, "/api/meetings/m-1/minutes": { status: 403, code: "not_approved", message: "Biên bản chưa được duyệt; lúc này chỉ chủ trì và thư ký xem được dự thảo." } }, draw: app },
  archive: { path: "/archive?q=lam+duong", answers: { "/api/me": ME, "/api/archive": { total: 2, results: [hit("Thống nhất chủ trương vận động làm đường với mức dự kiến 300.000 đồng/hộ, đưa ra họp thôn để Nhân dân bàn, quyết định.", [[31, 40]]), hit("Đồng chí Lang Văn Hợp (trực tuyến) nhất trí làm đường, đề nghị chia hai đợt đóng góp.", [[44, 53]])], facets: FACETS } }, draw: app },
  "archive-nothing": { path: "/archive?q=xyz", answers: { "/api/me": ME, "/api/archive": { total: 0, results: [], facets: FACETS } }, draw: app },
  verify: { path: "/verify", answers: { "/api/me": ME }, draw: app },
  "verify-whole": { path: "/verify", answers: { "/api/me": ME, "/api/verify": VERDICT }, draw: app, then: drop },
  "verify-broken": { path: "/verify", answers: { "/api/me": ME, "/api/verify": { ...VERDICT, whole: false, newest: "unknown", sentence: "Hồ sơ đã bị sửa hoặc hỏng.", parts: PARTS.map((part, n) => (n === 2 ? { ...part, ok: false, says: [{ sentence: "nội dung không khớp với bản kê", place: "byte 81233–120455" }, { sentence: "mục nhật ký bị sửa (nội dung, thời điểm, người hoặc loại)", place: "mục 37, byte 88120–88541" }] } : part)) } }, draw: app, then: drop },
  "verify-foreign": { path: "/verify", answers: { "/api/me": ME, "/api/verify": { ...VERDICT, trusted: false, known: false, newest: "unknown", sentence: "Hồ sơ không bị sửa từ khi niêm phong, nhưng KHÔNG do hệ thống được tin cậy niêm phong (hồ sơ tự ghi: Họp Chi Bộ xã Thanh Quân)." } }, draw: app, then: drop },
  "verify-other": { path: "/verify", answers: { "/api/me": ME, "/api/verify": { ...VERDICT, kind: "none", whole: false, title: "", parts: [], signatures: [], sentence: "Đây không phải hồ sơ họp chi bộ. Chọn tệp hồ sơ lưu có đuôi .hcb.zip." } }, draw: app, then: drop },
  "supervision-refused": { path: "/supervision", answers: { "/api/me": ME, "/api/supervision": { status: 403, code: "not_allowed", message: "Đồng chí không có quyền xem hoặc làm việc này." } }, draw: app },
  admin: { path: "/admin", answers: { "/api/me": ADMIN, "/api/cells": { cells: [{ id: "c1", name: "Chi bộ thôn Chiềng Cà", level: "cell" }] }, "/api/accounts": { accounts: [{ id: "1", name: "bithu", person: "Vi Văn Thuận", cell_name: "Chi bộ thôn Chiềng Cà", administrator: false, upper_viewer: false }, { id: "2", name: "quantri", person: "", cell_name: "", administrator: true, upper_viewer: true }] }, "/api/accounts/1/code": { code: "K7QM-4XTP-9WDA", expires_at: f.AT } }, draw: app },
  units: { path: "/admin/units", answers: { "/api/me": ADMIN, "/api/units": UNITS }, draw: app },
  "units-none": { path: "/admin/units", answers: { "/api/me": ADMIN, "/api/units": { units: [], changes: [] } }, draw: app },
  "units-add": { path: "/admin/units", answers: { "/api/me": ADMIN, "/api/units": UNITS }, draw: app, then: press("Thêm chi bộ") },
  "units-edit": { path: "/admin/units", answers: { "/api/me": ADMIN, "/api/units": UNITS }, draw: app, then: press("Sửa") },
  "admin-code": { path: "/admin", answers: { "/api/me": ADMIN, "/api/cells": { cells: [] }, "/api/accounts": { accounts: [{ id: "1", name: "bithu", person: "Vi Văn Thuận", cell_name: "Chi bộ thôn Chiềng Cà", administrator: false, upper_viewer: false }] }, "/api/accounts/1/code": { code: "K7QM-4XTP-9WDA", expires_at: f.AT } }, draw: app, then: press("In mã mới") },
  rehearsal: { path: "/rehearsal", answers: { "/api/me": ME, "/api/rehearsal": { state: "running", stages: STAGES, meeting: "m-1", error: null } }, draw: app },
  trust: { path: "/trust", answers: { "/api/me": { status: 401, code: "signed_out", message: "" }, "/api/trust": { own: true, fingerprint: Array.from({ length: 32 }, (_, n) => (n * 37 % 256).toString(16).toUpperCase().padStart(2, "0")).join(":") } }, draw: app },
};

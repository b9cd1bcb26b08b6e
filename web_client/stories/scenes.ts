/** Every screen and state that is drawn for judging: by name. */
import { html, type TemplateResult } from "lit";
import "../src/app.js";
import "../src/hall/board.js";
import { hallFoot } from "../src/hall/foot.js";
import "../src/hall/phone.js";
import "../src/hall/trial.js";
import "../src/styles/join.css";
import type { Elsewhere } from "../src/minutes/elsewhere.js";
import "../src/minutes/secretary.js";
import "../src/room/chair.js";
import "../src/room/helper.js";
import "../src/room/member.js";
import "../src/styles/hall.css";
import "../src/styles/join.css";
import "../src/styles/room.css";
import type { You } from "../src/protocol/messages.js";
import * as f from "./fixture.js";
import { listen, LOUD } from "./listening.js";
import { StoryRoom, type Scene } from "./room.js";

export interface Story {
  /** Where the application believes to be. */
  path?: string;
  /** What the server answers: a value, or a status with {code, message}. */
  answers?: Record<string, unknown>;
  agent?: string;
  dark?: boolean;
  draw: () => TemplateResult;
  /** What a person does before the picture is taken. */
  then?: () => void;
}

const you = (n: number, roles: string[]): You => ({ member: `p${n}`, name: f.lines[n]?.name ?? "", seat: "remote", roles, guest: false, session: "s-1" });
const chairYou = you(0, ["chair", "deputy", "member_hall"]);
const deskYou = you(1, ["secretary", "member_hall"]);
const farYou = you(2, ["member_remote"]);

const room = (scene: Scene): StoryRoom => new StoryRoom(scene, f.AT);
const silence = (): MediaStreamTrack => new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0] as MediaStreamTrack;
const member = (scene: Partial<Scene>) => (): TemplateResult =>
  html`<hcb-member .room=${room({ you: farYou, views: f.views(), entry: { seat: "remote", device: "phone", microphone: silence() }, ...scene })}></hcb-member>`;
const chair = (views: Scene["views"], more: Partial<Scene> = {}) => (): TemplateResult => html`<hcb-chair .room=${room({ you: chairYou, views, ...more })}></hcb-chair>`;
const desk = (views: Scene["views"], more: Partial<Scene> = {}) => (): TemplateResult => html`<hcb-secretary .room=${room({ you: deskYou, views, ...more })}></hcb-secretary>`;
const board = (views: Scene["views"], more: Partial<Scene> = {}) => (): TemplateResult => html`<hcb-board .room=${room({ you: deskYou, views, ...more })}></hcb-board>`;
const hall = (views: Scene["views"], after: (room: StoryRoom) => void = () => undefined) => (): TemplateResult => {
  const made = room({ you: deskYou, views, entry: { device: "hall", microphone: silence() } });
  made.audio.micOn = true;
  after(made);
  return html`<hcb-board .room=${made} .foot=${hallFoot(made)}></hcb-board>`;
};
const MICS = [
  { session: "s-hall", name: "Hội trường", device: "hall" as const, heard: false, level: 2, weak: false, shut: false },
  { session: "s-m1", name: "Dãy cuối", device: "microphone" as const, heard: true, level: 6, weak: false, shut: false },
  { session: "s-m2", name: "Micrô phụ 2", device: "microphone" as const, heard: false, level: 1, weak: true, shut: false },
];
const micLink = { "/api/meetings/m-1/microphones": { id: "l-1", url: "https://hop.thanhquan.vn/join/m4Jq8vZx3kTn2LwYb7" } };
const phone = (views: Scene["views"]) => (): TemplateResult =>
  html`<hcb-phone .invitation=${MICROPHONE} .room=${room({ you: { ...deskYou, name: "Dãy cuối" }, views, entry: { device: "microphone", seat: "hall", microphone: silence() } })} .level=${0.6}></hcb-phone>`;
const app = (): TemplateResult => html`<hcb-app></hcb-app>`;
const press = (words: string) => (): void => {
  const found = [...document.querySelectorAll("button")].find((button) => button.textContent?.includes(words));
  found?.click();
};

const ME = { account: "a1", name: "Vi Văn Thuận", member: "p0", cell: "c1", cell_name: "Chi bộ thôn Chiềng Cà", roles: ["leader", "member", "administrator"], demonstration: true };
const SUMMARY = { id: "m-1", title: "Sinh hoạt chi bộ thường kỳ tháng 11/2026", kind: "regular", cell: "c1", cell_name: "Chi bộ thôn Chiềng Cà", place: "Nhà văn hóa thôn Chiềng Cà", mode: "hybrid", starts_at: f.AT - 2_560_000, state: "open", number: "", chair_name: "Vi Văn Thuận", secretary_name: "", may: ["enter", "links", "edit", "approve", "documents"] };
const CELL = { id: "c1", name: "Chi bộ thôn Chiềng Cà", parent_name: "Đảng bộ xã Thanh Quân", members: f.lines.map((line) => ({ ...line, exempt: line.outside, suspended: false, away: false })), may: ["schedule", "roster", "book"] };
const HOME = {
  "/api/me": ME, "/api/cells": { cells: [{ id: "c1", name: CELL.name, level: "cell" }] }, "/api/cells/c1": CELL,
  "/api/cells/c1/meetings": { meetings: [SUMMARY, { ...SUMMARY, id: "m-0", state: "closed", title: "Sinh hoạt chuyên đề: Xây dựng nông thôn mới", kind: "thematic", starts_at: f.AT - 20 * 86_400_000 }, { ...SUMMARY, id: "m-9", state: "sealed", number: "10-BB/CB", title: "Sinh hoạt chi bộ thường kỳ tháng 10/2026", starts_at: f.AT - 31 * 86_400_000 }] },
  "/api/meetings/m-1": SUMMARY,
};
const BEFORE = { "/api/meetings/m-1/before": { notice: "Chi bộ thôn Chiềng Cà kính mời các đồng chí dự: Sinh hoạt chi bộ thường kỳ tháng 11/2026.\nThời gian: 19 giờ 30, ngày 03/11/2026.\nĐịa điểm: Nhà văn hóa thôn Chiềng Cà.", sent: [], checks: [{ key: "notice", text: "Đã gửi thông báo mời họp", done: false }, { key: "documents", text: "Tài liệu gửi trước ít nhất 1 ngày", done: true }, { key: "remote", text: "Đã ghi ai được dự trực tuyến và lý do", done: true }, { key: "regular", text: "Có sinh hoạt thường kỳ tháng 11", done: false, planned: true }, { key: "thematic", text: "Có sinh hoạt chuyên đề trong quý", done: false }, { key: "upper", text: "Đã báo đồng chí cấp trên theo dõi chi bộ", done: null }] } };
const PLAN = { title: SUMMARY.title, agenda: ["Thông tin thời sự, quán triệt văn bản của cấp trên", "Học tập và làm theo tư tưởng, đạo đức, phong cách Hồ Chí Minh", "Đánh giá kết quả thực hiện nghị quyết, nhiệm vụ tháng trước", "Tình hình tư tưởng đảng viên; tự phê bình và phê bình", "Nhiệm vụ tháng tới", "Công tác phát triển đảng"].map((title, n) => ({ id: `i${n + 1}`, title, secret: false })), tasks: [{ what: "Họp thôn để Nhân dân bàn, quyết định việc làm đường", who: ["Lò Văn Dũng"], due: "2026-11-08" }], conclusions: [{ item: "i3", text: "Kết quả thực hiện nhiệm vụ tháng trước: Họp thôn để Nhân dân bàn, quyết định việc làm đường – Lò Văn Dũng: …" }], on_paper: [] };
const UNANNOUNCED = { session: "s-8", member: "p8", name: "Lê Đình Khang", seat: "remote" as const, device: "phone" as const, mic: false, voiced: false, weak: false, admitted: false, guest: false, muted: false, wants_word: true };
const INVITED = { meeting: "m-1", title: SUMMARY.title, cell_name: SUMMARY.cell_name, place: SUMMARY.place, starts_at: SUMMARY.starts_at, wall: false, practice: false, you: { member: "p2", name: "Lang Văn Hợp" }, names: [] };
const WALL = { ...INVITED, wall: true, you: null, names: f.lines.map((line) => ({ member: line.member, name: line.name })) };
const MICROPHONE = { ...INVITED, you: null, microphone: true };
const echoes = [{ session: "s-2", member: "p2", name: "Lang Văn Hợp", seat: "remote", device: "phone", mic: true, voiced: true, weak: true, loss: 120, rtt_ms: 340, echo: true, admitted: true, guest: false, muted: false },
  { session: "s-hall", member: "hall", name: "Hội trường", seat: "device", device: "hall", mic: true, voiced: false, weak: false, echo: true, admitted: true, guest: false, muted: false }];
const ELSEWHERE = { "/api/meetings/m-1/places": { count: 4, known: ["Vi Thị Hố"], places: [
  { what: "line", name: "Lang Văn Hợp", pieces: [["same", "Đường vào bản Mạ"], ["out", "Hố"], ["in", "Hồ"], ["same", "xuống cấp, mưa là lầy."]] },
  { what: "line", name: "", pieces: [["same", "Bản Mạ"], ["out", "Hố"], ["in", "Hồ"], ["same", "còn chín hộ nghèo."]] },
  { what: "follows", name: "", pieces: [["same", "Đồng chí Lang Văn Hợp đề nghị sửa đường vào bản Mạ"], ["out", "Hố."], ["in", "Hồ."]] },
  { what: "asked", name: "", pieces: [["same", "Khảo sát bản Mạ"], ["out", "Hố,"], ["in", "Hồ,"], ["same", "xong trong tháng."]] },
] } };
const WORDS = { "/api/meetings/m-1/papers/p2/words": { more: false, parts: [
  { what: "heading", align: "center", pieces: [["", "DỰ THẢO NGHỊ QUYẾT"]] },
  { what: "text", align: "center", pieces: [["i", "Lãnh đạo thực hiện nhiệm vụ tháng 11 năm 2026"]] },
  { what: "text", align: "", pieces: [["b", "I. Kết quả tháng 10. "], ["", "Chi bộ đã lãnh đạo Nhân dân thu hoạch xong 42 ha lúa mùa; vận động 31 hộ góp đất làm đường."]] },
  { what: "point", align: "", pieces: [["", "Mức đóng góp 300.000 đồng một hộ, hộ nghèo được miễn."]] },
  { what: "point", align: "", pieces: [["", "Mỗi hộ góp hai công lao động."]] },
  { what: "table", rows: [["Việc", "Người thực hiện", "Hạn"], ["Họp thôn bàn việc làm đường", "Lò Văn Dũng", "08/11/2026"]] },
] } };
const signedOut = { "/api/me": { status: 401, code: "signed_out", message: "" } };
const offline = { state: "offline" as const, retryAt: performance.now() + 3_400, attempts: 2 };

export const STORIES: Record<string, Story> = {
  login: { path: "/", answers: signedOut, draw: app },
  "login-wrong": { path: "/", answers: { ...signedOut, "/api/login": { status: 401, code: "wrong", message: "Tên hoặc mật khẩu chưa đúng." } }, draw: app, then: () => { document.querySelectorAll("input").forEach((one) => { one.value = "x"; }); press("Đăng nhập")(); } },
  home: { path: "/", answers: HOME, draw: app },
  "home-empty": { path: "/", answers: { ...HOME, "/api/cells/c1/meetings": { meetings: [] } }, draw: app },
  "home-offline": { path: "/", answers: { "/api/me": ME, "/api/cells": "offline" }, draw: app },
  "home-schedule": { path: "/", answers: HOME, draw: app, then: press("Lập cuộc họp") },
  "home-plan": { path: "/", answers: { ...HOME, "/api/cells/c1/plan": PLAN }, draw: app, then: () => { press("Lập cuộc họp")(); setTimeout(press("Soạn từ tháng trước"), 150); } },
  "home-reminders": { path: "/", answers: { ...HOME, "/api/cells/c1/meetings": { meetings: [{ ...SUMMARY, id: "m-2", kind: "practice", title: "Họp thử", state: "scheduled" }, SUMMARY] }, "/api/cells/c1/reminders": { reminders: [{ kind: "missing", text: "Tháng 11 chưa họp thường kỳ; còn 4 ngày là hết tháng." }, { kind: "tasks", text: "Có 2 nhiệm vụ quá hạn." }] } }, draw: app },
  "home-helper": { path: "/", answers: { ...HOME, "/api/meetings/m-1/links": { links: [], wall: null } }, draw: app, then: () => { press("Giấy mời")(); setTimeout(() => document.querySelectorAll<HTMLDetailsElement>("dialog details").forEach((one) => { one.open = true; }), 150); } },
  "home-book": { path: "/", answers: { ...HOME, "/api/cells/c1/book/2026": { year: 2026, pages: 9, bound: [{ subject: "Sinh hoạt chi bộ thường kỳ tháng 10/2026", number: "10", day: "2026-10-03", first: 1, last: 4 }, { subject: "Sinh hoạt chi bộ thường kỳ tháng 11/2026", number: "11", day: "2026-11-03", first: 5, last: 9 }] } }, draw: app, then: press("Sổ biên bản") },
  "home-roster": { path: "/", answers: HOME, draw: app, then: press("Danh sách đảng viên") },
  "home-links": { path: "/", answers: { ...HOME, "/api/meetings/m-1/links": { links: f.lines.slice(0, 6).map((line) => ({ id: line.member, member: line.member, name: line.name, url: `https://hop.thanhquan.vn/join/${line.member}Jq8vZx3kTn2LwYb7` })), wall: { id: "w", url: "https://hop.thanhquan.vn/join/w4Jq8vZx3kTn2LwYb7" } } }, draw: app, then: press("Giấy mời") },
  join: { path: "/join/abc", answers: { ...signedOut, "/api/join/abc": INVITED }, draw: app },
  "join-remote": { path: "/join/abc", answers: { ...signedOut, "/api/join/abc": INVITED }, draw: app, then: () => document.querySelector<HTMLInputElement>("input[type=radio]")?.click() },
  "join-practice": { path: "/join/abc", answers: { ...signedOut, "/api/join/abc": { ...INVITED, practice: true, title: "Họp thử tháng 11/2026" } }, draw: app },
  "join-wall": { path: "/join/abc", answers: { ...signedOut, "/api/join/abc": WALL }, draw: app },
  "join-gone": { path: "/join/abc", answers: { ...signedOut, "/api/join/abc": { status: 404, code: "gone", message: "" } }, draw: app },
  "join-zalo": { path: "/join/abc", answers: { ...signedOut, "/api/join/abc": INVITED }, agent: "Mozilla/5.0 (Linux; Android 13) Zalo android/12", draw: app },
  member: { draw: member({ interim: "và tôi cũng đề nghị xem xét thêm hộ gia đình" }) },
  "member-hand": { draw: member({ views: f.views({ me: { member: "p17", hand: true, muted: false, speaking: false, weak: false, in_hall_count: false, vote_refusal: null } }), you: you(17, ["member_remote"]) }) },
  "member-guest": { draw: member({ you: { ...you(0, ["upper_guest"]), member: "g1", name: "Nguyễn Thị Hạnh", guest: true }, views: f.views({ me: { member: "g1", hand: false, muted: false, speaking: false, weak: false, in_hall_count: false, vote_refusal: null } }) }) },
  "member-speaking": { draw: member({ views: f.views({ me: { member: "p2", hand: false, muted: false, speaking: true, weak: false, in_hall_count: false, vote_refusal: null } }) }) },
  "member-vote": { draw: member({ views: f.views({ motions: [f.motion("open", "for")] }) }) },
  "member-hall-vote": { draw: member({ entry: { seat: "hall", microphone: undefined }, views: f.views({ motions: [f.motion("open")], me: { member: "p7", hand: false, muted: false, speaking: false, weak: false, in_hall_count: true, vote_refusal: null } }) }) },
  "member-reserve": { draw: member({ views: f.views({ motions: [{ ...f.motion("closed"), reserved: [{ member: "p2", name: "Lang Văn Hợp", text: "Mức 300.000 đồng là cao với hộ cận nghèo." }] }] }) }), then: press("Ý kiến bảo lưu của tôi") },
  "member-voted": { draw: member({ views: f.views({ motions: [f.motion("closed")] }) }) },
  "member-full": { draw: member({ views: f.meetingWith({ disk: "full" }) }) },
  "member-offline": { draw: member({ line: offline }) },
  "member-paused": { draw: member({ views: f.meetingWith({ recording: { decided: true, record: true, transcribe: true, state: "secret", since: 0 } }) }) },
  "member-waiting": { draw: member({ views: f.meetingWith({ state: "scheduled" }, { captions: [], floor: { speaker: null, hands: [], advisory: true }, agenda: { items: [], now: null } }) }) },
  "chair-before": { answers: BEFORE, draw: chair(f.meetingWith({ state: "scheduled", secretary: "", secretary_name: "", recording: { decided: false, record: false, transcribe: false, state: "undecided", since: null } }, { motions: [] })) },
  "chair-before-remote": { answers: BEFORE, draw: chair(f.meetingWith({ state: "scheduled" }, { motions: [] })), then: () => document.querySelectorAll<HTMLDetailsElement>("hcb-before details").forEach((one) => { one.open = true; }) },
  chair: { draw: chair(f.views()) },
  "chair-practice": { draw: chair(f.meetingWith({ practice: true, title: "Họp thử" })) },
  "chair-word": { draw: chair(f.views({ people: [UNANNOUNCED] })) },
  "chair-paper": { draw: chair(f.views({ motions: [{ ...f.motion("closed"), typed: true }], tasks: (f.views().tasks ?? []).map((one) => ({ ...one, typed: true })) }), { paper: true }) },
  "chair-before-paper": { answers: BEFORE, draw: chair(f.meetingWith({ state: "scheduled", recording: { decided: true, record: false, transcribe: false, state: "off", since: null } }, { motions: [] }), { paper: true }), then: () => document.querySelector(".told")?.scrollIntoView() },
  "chair-end-paper": { draw: chair(f.meetingWith({ began_at: f.AT - 2_560_000 }), { paper: true }), then: press("BẾ MẠC") },
  "chair-roll-paper": { draw: chair(f.views({ ledger: f.toldLedger() }), { paper: true }), then: () => { [...document.querySelectorAll<HTMLButtonElement>(".rollstrip button")][0]?.click(); setTimeout(press("Giờ đến, về"), 100); } },
  "secretary-times-paper": { draw: desk(f.meetingWith({ state: "closed", began_at: f.AT - 2_560_000, ended_at: f.AT, typed: ["opened"] }), { paper: true }), then: press("Giờ khai mạc, bế mạc") },
  "chair-vote-other": { draw: chair(f.views({ motions: [{ ...f.motion("open"), hall: { for: 12, against: 1, other: 1 }, hall_note: "Đề nghị lùi sang tháng 12 để hộ làm ăn xa về bàn." }] })) },
  "chair-task": { draw: chair(f.views()), then: () => { press("Giao nhiệm vụ")(); setTimeout(() => {
    const due = document.querySelector<HTMLInputElement>("#task-due");
    const what = document.querySelector<HTMLTextAreaElement>("#task-what");
    if (!due || !what) return;
    what.value = "Họp thôn bàn việc làm đường";
    due.value = "2026-10-30";
    due.dispatchEvent(new Event("input"));
    press("Ghi nhiệm vụ")();
  }, 100); } },
  "chair-handed": { draw: chair(f.views({ petitions: [{ petition: "q1", text: "Hỗ trợ xi măng làm 300 m đường trục thôn", to: "Đảng ủy xã" }] })), then: () => document.querySelector("hcb-handed-on")?.scrollIntoView() },
  "chair-between": { draw: chair(f.views({ agenda: { ...(f.views().agenda as NonNullable<Scene["views"]["agenda"]>), now: "" } })), then: press("Giao nhiệm vụ") },
  "chair-withdraw": { draw: chair(f.meetingWith({ read_back: true })), then: press("Rút lại") },
  "secretary-handed": { draw: desk(f.meetingWith({ state: "closed", read_back: true })), then: press("Nhiệm vụ, kiến nghị") },
  "secretary-cast": { draw: desk(f.views()), then: () => {
    press("Biên bản")();
    setTimeout(() => {
      const opinion = [...document.querySelectorAll<HTMLElement>(".blk")].find((one) => one.textContent?.includes("Đồng chí"));
      opinion?.querySelector<HTMLButtonElement>('[aria-label="Đổi loại đoạn, người nói"]')?.click();
      opinion?.scrollIntoView();
    }, 100);
  } },
  "secretary-elsewhere": { answers: ELSEWHERE, draw: desk(f.views()), then: () => { document.querySelector<Elsewhere>("hcb-elsewhere")?.corrected("ở bản Mạ Hố", "ở bản Mạ Hồ").catch(() => undefined); setTimeout(() => { document.querySelector<HTMLElement>(".elsewhere summary")?.click(); }, 100); } },
  "member-word-paper": { answers: WORDS, draw: member({ views: f.views() }), then: () => { press("Tài liệu (")(); setTimeout(() => { [...document.querySelectorAll<HTMLButtonElement>(".paper")].find((one) => one.textContent?.includes("Word"))?.querySelector("button")?.click(); }, 100); } },
  "chair-end": { draw: chair(f.views({ ledger: { ...(f.views().ledger as NonNullable<Scene["views"]["ledger"]>), unknown: 13 } })), then: press("BẾ MẠC") },
  "chair-count": { draw: chair(f.views({ motions: [f.motion("open")] })), then: press("Kết thúc biểu quyết") },
  "chair-pass": { draw: chair(f.meetingWith({ read_back: true })), then: press("Thông qua biên bản") },
  "chair-vote": { draw: chair(f.views({ motions: [f.motion("open")] })) },
  "chair-paused": { draw: chair(f.meetingWith({ recording: { decided: true, record: true, transcribe: true, state: "paused", since: 0 } }, { motions: [f.motion("closed")] })) },
  "chair-conclude": { draw: chair(f.views()), then: press("KẾT LUẬN") },
  "chair-read": { draw: chair(f.meetingWith({ owed_ms: 130_000 })), then: press("Đã đọc lại biên bản") },
  "chair-read-again": { draw: chair(f.meetingWith({ read_back: true, passed: true })) },
  "chair-papers": { draw: chair(f.views()), then: () => document.querySelector(".papers")?.scrollIntoView() },
  "chair-roll": { draw: chair(f.views()), then: () => [...document.querySelectorAll<HTMLButtonElement>(".rollstrip button")][0]?.click() },
  "chair-approve": { draw: chair(f.meetingWith({ state: "submitted", owed_ms: 130_000 })) },
  "chair-approve-again": { draw: chair(f.meetingWith({ state: "submitted", again_ms: 410_000 })) },
  "chair-sealed": { draw: chair(f.meetingWith({ state: "sealed" }, { record: { number: "11-BB/CB", state: "sealed", sha256: "9f2c4b7e1d0a8c635f77b1e2a90d4c8b35e6f1027a9d8c4b6e5f3a2d1c0b9e8f", versions: [], approved_at: f.AT } })) },
  secretary: { draw: desk(f.views(), { interim: "đề nghị chi bộ quan tâm" }), then: () => document.querySelector<HTMLElement>('[data-line="t-1:2"] .linetext')?.click() },
  "secretary-listening": { answers: { "/api/meetings/m-1/peaks/t-1": { seconds: LOUD.length / 10, per_second: 10, peaks: LOUD } }, draw: desk(f.views()), then: () => listen("t-1:2", 7.75, 3.1) },
  "secretary-listening-plain": { draw: desk(f.views()), then: () => listen("t-1:2", 7.75, 3.1) },
  "secretary-minutes": { draw: desk(f.views()), then: press("Biên bản") },
  helper: { draw: () => html`<hcb-helper .room=${room({ you: you(7, ["helper", "member_hall"]), views: f.views() })}></hcb-helper>` },
  "secretary-empty": { draw: desk(f.views({ captions: [], document: { version: 0, state: "open", blocks: [], missing: [], saved_at: null, approved: 0, read_back: 0, remarks: "" } })) },
  "secretary-offline": { draw: desk(f.views(), { line: offline }) },
  "secretary-after": { draw: desk(f.meetingWith({ state: "closed", owed_ms: 95_000, speech: "behind" })) },
  "secretary-again": { draw: desk(f.meetingWith({ state: "closed", again_ms: 410_000 })) },
  board: { dark: true, draw: board(f.views()) },
  "board-full": { dark: true, draw: board(f.meetingWith({ disk: "full" })) },
  "board-captions": { dark: true, draw: board(f.views({ display: { ...(f.views().display as never as object), captions_on: true } as never })) },
  "board-vote": { dark: true, draw: board(f.views({ display: { ...(f.views().display as never as object), motion: f.motion("open") } as never })) },
  "board-paused": { dark: true, draw: board(f.meetingWith({ recording: { decided: true, record: true, transcribe: true, state: "paused", since: 0 } })) },
  "board-before": { dark: true, draw: board(f.meetingWith({ state: "scheduled" })) },
  "hall-trial": { draw: () => html`<main class="joinpage"><hcb-trial .track=${silence()}></hcb-trial></main>` },
  "hall-verdict": { draw: () => html`<main class="joinpage"><hcb-trial .verdict=${{ grade: "bad", noise: -38, front: -18, back: -33, findings: [{ what: "noisy", grade: "fair" }, { what: "back_quiet", grade: "bad" }, { what: "echo", grade: "fair" }] }}></hcb-trial></main>` },
  "member-data": { draw: member({ entry: { seat: "remote", device: "phone", microphone: silence(), kept: { seat: "remote", informed: true, private: true, device: "", micOn: false, saving: true, listening: false, used: 12_300_000 } } }), then: () => document.querySelector<HTMLElement>(".datause summary")?.click() },
  hall: { dark: true, draw: hall(f.views()) },
  "hall-mics": { dark: true, draw: hall(f.views({ microphones: MICS })) },
  "hall-mics-add": { dark: true, answers: micLink, draw: hall(f.views({ microphones: MICS })), then: press("Thêm micrô") },
  "hall-broken": { dark: true, draw: hall(f.views({ microphones: MICS }), (made) => { made.audio.interruption = "lost"; made.audio.state = "lost"; made.line = offline; }) },
  "phone-mic": { path: "/join/abc", answers: { ...signedOut, "/api/join/abc": MICROPHONE }, draw: app },
  "phone-mic-heard": { draw: phone(f.views({ me: { member: "hall", hand: false, muted: false, speaking: false, weak: false, heard: true, in_hall_count: false, vote_refusal: null } })) },
  "phone-mic-ready": { draw: phone(f.views({ me: { member: "hall", hand: false, muted: false, speaking: false, weak: false, heard: false, in_hall_count: false, vote_refusal: null } })) },
  "chair-echo": { draw: chair(f.views({ people: echoes })) },
  "chair-mics": { draw: chair(f.views({ microphones: MICS })), then: () => { document.querySelector<HTMLElement>("details.people summary")?.click(); document.querySelector("details.people")?.scrollIntoView(); } },
  "hall-door": { path: "/m/m-1/hall", answers: HOME, draw: app },
};

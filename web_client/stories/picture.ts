/** Pictures in the room: on a phone, at the chair's desk, on the wall. The pictures are drawn here, not of people. */
import { html, type TemplateResult } from "lit";
import "../src/hall/board.js";
import "../src/room/chair.js";
import "../src/room/member.js";
import type { PicturePlace, You } from "../src/protocol/messages.js";
import type { Showing, Views } from "../src/views/types.js";
import { showButtons } from "../src/parts/pictures.js";
import * as f from "./fixture.js";
import { StoryRoom, type Scene } from "./room.js";
import type { Story } from "./scenes.js";

const you = (n: number, roles: string[]): You => ({ member: `p${n}`, name: f.lines[n]?.name ?? "", seat: "remote", roles, guest: false, session: "s-1" });
const hall: Showing = { session: "s-hall", kind: "hall", name: "Hội trường", on: true };
const shared: Showing = { session: "s-2", kind: "screen", name: "Vi Văn Thuận", on: true };
const me: Views["me"] = { member: "p2", hand: false, muted: false, speaking: false, weak: false, in_hall_count: false, vote_refusal: null };

/** A drawn picture: a room with people from afar, or a page of a document. */
function drawn(place: PicturePlace): MediaStream {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [960, 540];
  const pen = canvas.getContext("2d") as CanvasRenderingContext2D;
  const paint = (): void => {
    pen.fillStyle = place === "hall" ? "#5b6b5f" : "#ffffff";
    pen.fillRect(0, 0, 960, 540);
    pen.fillStyle = place === "hall" ? "#2d2a26" : "#29241f";
    if (place === "hall") for (let n = 0; n < 24; n += 1) pen.fillRect(80 + (n % 8) * 105, 260 + Math.floor(n / 8) * 90, 46, 60);
    else {
      pen.font = "600 34px serif";
      pen.fillText("KẾ HOẠCH LÀM ĐƯỜNG GIAO THÔNG THÔN", 90, 90);
      pen.font = "26px serif";
      for (let n = 0; n < 8; n += 1) pen.fillText("Chiều dài 1.200 m; mức đóng góp dự kiến 300.000 đồng/hộ", 90, 160 + n * 44);
    }
  };
  paint();
  const stream = canvas.captureStream(10);
  setInterval(paint, 100);
  return stream;
}

function room(scene: Scene, places: PicturePlace[], watching = true): StoryRoom {
  const made = new StoryRoom(scene, f.AT);
  made.pictures.watching = watching;
  for (const place of places) made.pictures.streams.set(place, drawn(place));
  return made;
}

const silence = (): MediaStreamTrack => new AudioContext().createMediaStreamDestination().stream.getAudioTracks()[0] as MediaStreamTrack;
const member = (views: Partial<Views>, places: PicturePlace[], watching = true) => (): TemplateResult =>
  html`<hcb-member .room=${room({ you: you(2, ["member_remote"]), views: f.views({ me, ...views }), entry: { seat: "remote", device: "phone", microphone: silence() } }, places, watching)}></hcb-member>`;
const chair = (views: Partial<Views>, places: PicturePlace[]) => (): TemplateResult =>
  html`<hcb-chair .room=${room({ you: you(0, ["chair", "deputy", "member_remote"]), views: f.views(views), entry: { seat: "remote" } }, places)}></hcb-chair>`;
const board = (views: Partial<Views>) => (): TemplateResult => {
  const made = room({ you: you(1, ["hall_device"]), views: f.views(views), entry: { device: "hall" } }, ["shared"]);
  return html`<hcb-board .room=${made} .foot=${html`<footer class="boardfoot">${showButtons(made)}</footer>`}></hcb-board>`;
};

export const picture: Record<string, Story> = {
  "member-picture-off": { draw: member({ pictures: { hall, shared } }, [], false) },
  "member-picture": { draw: member({ pictures: { hall, shared: null } }, ["hall"]) },
  "member-picture-both": { draw: member({ pictures: { hall, shared } }, ["hall", "shared"]) },
  "member-picture-held": { draw: member({ pictures: { hall, shared: null }, me: { ...me, weak: true, held: true } }, []) },
  "member-picture-spared": { draw: member({ pictures: { hall, shared }, me: { ...me, spared: ["hall"] } }, ["shared"]) },
  "member-picture-mine": { draw: member({ pictures: { hall: null, shared: null }, me: { ...me, speaking: true, shows: ["camera", "screen"] } }, []) },
  "chair-picture": { draw: chair({ pictures: { hall, shared }, me: { ...me, member: "p0", shows: ["camera", "screen"] } }, ["hall", "shared"]) },
  "hall-picture": { dark: true, draw: board({ pictures: { hall, shared }, me: { ...me, member: "", shows: ["hall", "screen"] } }) },
};

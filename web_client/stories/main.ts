/** Draws one story by its name: stories.html?story=NAME. With no name it lists them. */
import { html, render } from "lit";
import "../src/styles/fonts.css";
import "../src/styles/base.css";
import { archive } from "./archive.js";
import { more } from "./more.js";
import { picture } from "./picture.js";
import { STORIES, type Story } from "./scenes.js";

const all: Record<string, Story> = { ...STORIES, ...more, ...picture, ...archive };
const wanted = new URLSearchParams(location.search).get("story");
const story = wanted ? all[wanted] : undefined;

if (story) {
  const answers = story.answers ?? {};
  window.fetch = async (input) => answer(new URL(String(input), location.href).pathname, answers);
  if (story.agent) Object.defineProperty(navigator, "userAgent", { value: story.agent });
  if (story.dark) document.body.classList.add("dark");
  history.replaceState(null, "", story.path ?? "/");
  render(story.draw(), document.body);
  setTimeout(() => {
    story.then?.();
    setTimeout(() => document.body.setAttribute("data-drawn", "1"), 350);
  }, 500);
} else {
  render(html`<ul id="stories">${Object.keys(all).map((one) => html`<li><a href=${`?story=${one}`}>${one}</a></li>`)}</ul>`, document.body);
}

function answer(path: string, answers: Record<string, unknown>): Response {
  const found = answers[path];
  if (found === "offline") throw new TypeError("offline");
  if (found === undefined) return Response.json({ code: "not_found", message: "" }, { status: 404 });
  const status = (found as { status?: unknown }).status;
  return typeof status === "number" ? Response.json(found, { status }) : Response.json(found);
}

import "./styles/fonts.css";
import "./styles/base.css";
import "./app.js";

document.documentElement.setAttribute("data-ready", "1");
// A page taken back from the browser's memory has a dead socket: start it afresh.
addEventListener("pageshow", (shown) => {
  if (shown.persisted) location.reload();
});

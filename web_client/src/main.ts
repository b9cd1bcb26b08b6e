import "./styles/fonts.css";
import "./styles/base.css";
import "./app.js";

document.documentElement.setAttribute("data-ready", "1");
// The installed application: assets are kept, what people say and write never is.
if (isSecureContext && "serviceWorker" in navigator) {
  addEventListener("load", () => void navigator.serviceWorker.register("/sw.js").catch(() => undefined));
}
// A page taken back from the browser's memory has a dead socket: start it afresh.
addEventListener("pageshow", (shown) => {
  if (shown.persisted) location.reload();
});

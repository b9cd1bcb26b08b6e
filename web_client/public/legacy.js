/* Runs in any browser, however old (ECMAScript 3): shows advice in place of a white page. */
(function () {
  function show(id, on) {
    var part = document.getElementById(id);
    if (!part) return;
    if (on) part.removeAttribute("hidden"); else part.setAttribute("hidden", "hidden");
    part.style.display = on ? "" : "none";
  }
  function old() {
    show("plain-wait", false);
    show("plain-old", true);
    var link = document.getElementById("plain-link");
    if (link) link.value = String(location.href);
  }
  var able =
    "noModule" in document.createElement("script") &&
    typeof window.RTCPeerConnection === "function" &&
    typeof window.WebSocket === "function" &&
    typeof window.customElements === "object" &&
    typeof Array.prototype.at === "function" &&
    typeof window.HTMLDialogElement === "function";
  if (!able) { old(); return; }
  window.setTimeout(function () {
    if (document.documentElement.getAttribute("data-ready")) return;
    show("plain-wait", false);
    show("plain-stuck", true);
  }, 12000);
})();

/* Keeps the application's own files, so that it opens on a weak line. Never touches /api, /live or documents. */
const KEPT = "hopchibo-1";
const MOST = 150;

self.addEventListener("install", () => self.skipWaiting());

self.addEventListener("activate", (event) => {
  const old = async () => {
    for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(old());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (/^\/(api|live|trust\/|metrics|healthz)/.test(url.pathname)) return;
  if (url.pathname.startsWith("/assets/")) event.respondWith(assets(event.request));
  else if (event.request.mode === "navigate") event.respondWith(page(event.request));
});

/* Their names carry a hash of their contents: once kept they are right for ever. */
async function assets(request) {
  const kept = await caches.open(KEPT);
  const found = await kept.match(request);
  if (found) return found;
  const reply = await fetch(request);
  if (reply.ok) {
    await kept.put(request, reply.clone());
    const keys = await kept.keys();
    if (keys.length > MOST) await kept.delete(keys[0]);
  }
  return reply;
}

/* The newest page if the line is there, else the one kept; every address is drawn by the same page. */
async function page(request) {
  const kept = await caches.open(KEPT);
  try {
    const reply = await fetch(request);
    if (reply.ok && (reply.headers.get("content-type") || "").startsWith("text/html")) await kept.put("/", reply.clone());
    return reply;
  } catch (fault) {
    const found = await kept.match("/");
    if (found) return found;
    throw fault;
  }
}

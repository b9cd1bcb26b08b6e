import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { defineConfig, type Plugin } from "vite";

/** Each text file lies compressed beside itself: the server sends it so to whoever takes it. */
const compressed: Plugin = {
  name: "compressed",
  apply: "build",
  writeBundle({ dir }) {
    for (const name of readdirSync(dir ?? "dist", { recursive: true, encoding: "utf8" })) {
      if (!/\.(js|css|html|svg|webmanifest)$/.test(name)) continue;
      const file = join(dir ?? "dist", name);
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
    }
  },
};

// The story harness (stories.html) is served by `npm run dev` and built only on request: it never ships.
const stories = process.env.HOPCHIBO_STORIES === "1";

export default defineConfig({
  base: "/",
  plugins: [compressed],
  build: {
    target: ["chrome95", "safari15.4", "firefox102"],
    outDir: stories ? ".stories" : "dist",
    assetsInlineLimit: 0, // the content security policy knows no data: addresses for scripts and fonts
    modulePreload: { polyfill: false },
    rollupOptions: { input: stories ? ["index.html", "stories.html"] : ["index.html"] },
  },
});

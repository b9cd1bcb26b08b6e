import { defineConfig } from "vite";

// The story harness (stories.html) is served by `npm run dev` and built only on request: it never ships.
const stories = process.env.HOPCHIBO_STORIES === "1";

export default defineConfig({
  base: "/",
  build: {
    target: ["chrome95", "safari15.4", "firefox102"],
    outDir: stories ? ".stories" : "dist",
    assetsInlineLimit: 0, // the content security policy knows no data: addresses for scripts and fonts
    modulePreload: { polyfill: false },
    rollupOptions: { input: stories ? ["index.html", "stories.html"] : ["index.html"] },
  },
});

import type { Story } from "./scenes.js";

export const more: Record<string, Story> = {};

/** What a key stroke at the secretary's desk asks for (UI.md, "Secretary's keys"). */

export type Wish = { act: "play" } | { act: "step"; seconds: number } | { act: "mark"; place: number } | { act: "help" };

export interface Stroke {
  key: string;
  code: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
}

export function desired(stroke: Stroke): Wish | null {
  if (stroke.metaKey) return null;
  if (stroke.key === "F1") return { act: "help" };
  if (stroke.ctrlKey && !stroke.altKey) {
    if (stroke.code === "Space") return { act: "play" };
    if (stroke.key === "ArrowLeft") return { act: "step", seconds: -3 };
    if (stroke.key === "ArrowRight") return { act: "step", seconds: 3 };
  }
  // By the key's place, not its sign: Vietnamese layouts put marks on the digits.
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(stroke.code);
  if (stroke.altKey && !stroke.ctrlKey && digit) return { act: "mark", place: Number(digit[1]) };
  return null;
}

/** Which section of the minutes a block stands in: the same table as minutes/record/document.py `SECTIONS`. */
const SECTIONS: Record<string, string[]> = {
  I: ["time", "place", "mode"],
  II: ["attendance", "present", "absent", "guests", "chair", "secretary"],
  IV: ["vote"],
  V: ["summary", "resolution", "task"],
  VI: ["quality"],
  VII: ["readback", "closing"],
};

export function sectionOf(kind: string): string {
  return Object.entries(SECTIONS).find(([, kinds]) => kinds.includes(kind))?.[0] ?? "III";
}

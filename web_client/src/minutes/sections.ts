/** Which section of the minutes a block stands in: the same table as minutes/record/document.py `SECTIONS`. */
const SECTIONS: Record<string, string[]> = {
  I: ["time", "place", "mode"],
  II: ["attendance", "present", "absent", "guests", "chair", "secretary"],
  IV: ["vote"],
  V: ["summary", "resolution", "task"],
  VI: ["quality"],
  VII: ["readback", "closing"],
};

const NUMERALS = ["I", "II", "III", "IV", "V", "VI", "VII"];

/** The headings of the sections that are there, numbered by their place as the print numbers them: none is left out. */
export function headingsOf(kinds: string[], names: Record<string, string>): Record<string, string> {
  const there = new Set(kinds.map(sectionOf));
  const kept = NUMERALS.filter((section) => there.has(section));
  return Object.fromEntries(kept.map((section, n) => [section, `${NUMERALS[n] ?? ""}- ${names[section] ?? ""}`]));
}

export function sectionOf(kind: string): string {
  return Object.entries(SECTIONS).find(([, kinds]) => kinds.includes(kind))?.[0] ?? "III";
}

/**
 * Words being written into blocks: kept on this device with every key stroke, sent on leaving the block, and only
 * forgotten once the server has them. A cut, a reload or a stale refusal loses nothing.
 */
import { merged } from "./merge.js";
import { Refusal } from "../protocol/messages.js";
import type { Room } from "../views/room.js";

export interface Draft {
  text: string;
  /** Document version the writing began on, and the block's text in it. */
  base: number;
  from: string;
  state: "writing" | "sending" | "stale" | "reason" | "gone" | "refused";
  /** The block as it is now, when somebody else was quicker. */
  current: string;
  fault: string;
}

/** A text as it was and as a hand corrected it. */
export interface Corrected {
  before: string;
  after: string;
}

export class Drafts extends EventTarget {
  private readonly kept = new Map<string, Draft>();
  private readonly place: string;

  constructor(private readonly room: Room) {
    super();
    this.place = `hcb-draft:${room.entry.meeting}:`;
    this.restore();
  }

  of(block: string): Draft | undefined {
    return this.kept.get(block);
  }

  get unsaved(): number {
    return this.kept.size;
  }

  /** Blocks whose words wait for the person: stale, refused, or wanting a reason. */
  get troubled(): number {
    return [...this.kept.values()].filter((draft) => draft.state !== "writing" && draft.state !== "sending").length;
  }

  write(block: string, text: string): void {
    const known = this.kept.get(block);
    const base = known?.base ?? this.room.views.document?.version ?? 0;
    this.put(block, { text, base, from: known?.from ?? this.textOf(block), state: "writing", current: "", fault: "" });
  }

  forget(block: string): void {
    this.kept.delete(block);
    localStorage.removeItem(this.place + block);
    this.dispatchEvent(new Event("change"));
  }

  /** The person has seen the current text and wants their own all the same. */
  insist(block: string, reason = ""): Promise<boolean> {
    const draft = this.kept.get(block);
    if (!draft) return Promise.resolve(true);
    this.put(block, { ...draft, base: this.room.views.document?.version ?? draft.base });
    return this.save(block, reason);
  }

  /** Both changes in one text, on the version that now holds; the person reads it before it goes. */
  merge(block: string): void {
    const draft = this.kept.get(block);
    if (!draft) return;
    const theirs = draft.current || this.textOf(block);
    const base = this.room.views.document?.version ?? draft.base;
    this.put(block, { text: merged(draft.from, draft.text, theirs), base, from: theirs, state: "writing", current: "", fault: "" });
  }

  private textOf(block: string): string {
    return this.room.views.document?.blocks.find((one) => one.id === block)?.text ?? "";
  }

  async save(block: string, reason = ""): Promise<boolean> {
    const draft = this.kept.get(block);
    const now = this.room.views.document?.blocks.find((one) => one.id === block);
    if (!draft || draft.state === "sending") return !draft;
    if (now && now.text === draft.text) {
      this.forget(block);
      return true;
    }
    this.put(block, { ...draft, state: "sending" });
    try {
      await this.room.send("save_block", { block, base_version: draft.base, text: draft.text, reason }, true);
    } catch (fault) {
      this.refused(block, draft, fault);
      return false;
    }
    this.dispatchEvent(new CustomEvent<Corrected>("saved", { detail: { before: draft.from, after: draft.text } }));
    // Words written while these were on their way stay a draft, on the version that now holds.
    const later = this.kept.get(block);
    if (!later || later.text === draft.text) this.forget(block);
    else this.put(block, { ...later, base: this.room.views.document?.version ?? later.base });
    return true;
  }

  /** Words found on this device after a reload are sent as soon as the room is there. */
  async resume(): Promise<void> {
    for (const [block, draft] of [...this.kept]) if (draft.state === "writing") await this.save(block);
  }

  private refused(block: string, draft: Draft, fault: unknown): void {
    const code = fault instanceof Refusal ? fault.code : "";
    const current = fault instanceof Refusal ? fault.current : "";
    const states: Record<string, Draft["state"]> = { stale: "stale", gone: "gone", reason_needed: "reason" };
    const text = this.kept.get(block)?.text ?? draft.text;
    this.put(block, { ...draft, text, state: states[code] ?? "refused", current, fault: fault instanceof Error ? fault.message : "" });
  }

  private put(block: string, draft: Draft): void {
    this.kept.set(block, draft);
    try {
      localStorage.setItem(this.place + block, JSON.stringify({ text: draft.text, base: draft.base, from: draft.from }));
    } catch {
      // A full or forbidden store: the words are still in this page.
    }
    this.dispatchEvent(new Event("change"));
  }

  private restore(): void {
    for (let n = 0; n < localStorage.length; n += 1) {
      const key = localStorage.key(n);
      if (!key?.startsWith(this.place)) continue;
      const { text, base, from } = read(localStorage.getItem(key));
      if (typeof text !== "string" || typeof base !== "number") continue;
      this.kept.set(key.slice(this.place.length), { text, base, from: typeof from === "string" ? from : "", state: "writing", current: "", fault: "" });
    }
  }
}

function read(kept: string | null): { text?: unknown; base?: unknown; from?: unknown } {
  try {
    return JSON.parse(kept ?? "{}") as { text?: unknown; base?: unknown; from?: unknown };
  } catch {
    return {}; // not ours, or cut short by a full store
  }
}

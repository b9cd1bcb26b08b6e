/** What this tab chose at the door, kept over a reload or a discarded tab, so that it goes back to its seat by itself. */
export interface Kept {
  seat: "hall" | "remote";
  informed: boolean;
  private: boolean;
  /** The microphone's device; null = listens only; absent = takes no part in the sound. */
  device?: string | null;
  micOn: boolean;
  saving: boolean;
  listening: boolean;
  used: number;
  /** Looks at pictures; absent = not chosen. */
  watching?: boolean;
  /** Enters what stood on the paper form: a reload must not drop the mark "nhập tay". */
  paper?: boolean;
}

/** Own phone or computer, the hall's device, its second screen, a phone as its microphone: each keeps its own. */
export type Place = "own" | "hall" | "display" | "microphone";

type Store = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** This tab's own memory; null where the browser forbids it. */
export function tabStore(): Storage | null {
  try {
    return sessionStorage;
  } catch {
    return null;
  }
}

const key = (meeting: string, place: Place): string => `seat:${place}:${meeting}`;

export function keep(store: Store | null, meeting: string, place: Place, kept: Kept): void {
  try {
    store?.setItem(key(meeting, place), JSON.stringify(kept));
  } catch {
    // a full or forbidden store: the person is asked again at the door
  }
}

export function kept(store: Store | null, meeting: string, place: Place): Kept | null {
  try {
    const found = JSON.parse(store?.getItem(key(meeting, place)) ?? "null") as Kept | null;
    return found && (found.seat === "hall" || found.seat === "remote") && found.informed === true ? found : null;
  } catch {
    return null;
  }
}

export function forget(store: Store | null, meeting: string, place: Place): void {
  store?.removeItem(key(meeting, place));
}

/** Who signs out leaves no seat to whoever uses this tab next. */
export function forgetAll(store: Storage | null): void {
  const seats = Object.keys(store ?? {}).filter((name) => name.startsWith("seat:"));
  for (const name of [...seats, "tab"]) store?.removeItem(name);
}

/** This tab's name before the server: the same after a reload, so that it is no leaving. */
export function tabName(store: Store | null, fresh: () => string): string {
  try {
    const known = store?.getItem("tab");
    if (known) return known;
    const made = fresh();
    store?.setItem("tab", made);
    return made;
  } catch {
    return fresh();
  }
}

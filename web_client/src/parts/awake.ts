/** Keeps the screen of a phone or a hall device on during the meeting, where the browser can. */
interface Lock {
  readonly released: boolean;
  release(): Promise<void>;
}

interface Locks {
  request(kind: "screen"): Promise<Lock>;
}

export function stayAwake(): () => void {
  const locks = (navigator as { wakeLock?: Locks }).wakeLock;
  let lock: Lock | null = null;
  let asking = false;
  let over = false;
  const take = async (): Promise<void> => {
    if (!locks || over || asking || document.visibilityState !== "visible" || lock?.released === false) return;
    asking = true;
    try {
      lock = await locks.request("screen");
    } catch {
      // refused, e.g. for the battery is low: asked again when the page is next looked at
    } finally {
      asking = false;
    }
    if (over) void lock?.release().catch(() => undefined);
    else if (lock?.released) void take();
  };
  const seen = (): void => void take();
  document.addEventListener("visibilitychange", seen); // the lock is lost when the page is put aside
  seen();
  return () => {
    over = true;
    document.removeEventListener("visibilitychange", seen);
    void lock?.release().catch(() => undefined);
  };
}

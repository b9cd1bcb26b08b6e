/** Keeps the screen of a phone or a hall device on during the meeting, where the browser can. */
interface Lock {
  release(): Promise<void>;
}

interface Locks {
  request(kind: "screen"): Promise<Lock>;
}

export function stayAwake(): () => void {
  const locks = (navigator as { wakeLock?: Locks }).wakeLock;
  let lock: Lock | null = null;
  const take = (): void => {
    if (document.visibilityState !== "visible") return;
    locks?.request("screen").then((given) => { lock = given; }, () => undefined);
  };
  document.addEventListener("visibilitychange", take); // the lock is lost when the page is put aside
  take();
  return () => {
    document.removeEventListener("visibilitychange", take);
    void lock?.release().catch(() => undefined);
  };
}

/** When a line is to be light (one voice, long frames): by choice at once, else once it has been weak for a while. */
export const WEAK_MS = 3_000;
export const GOOD_MS = 60_000;

export class Thrift {
  light = false;
  private since = 0;
  private weak = false;

  /** Called each second or so. True when `light` changed: the line is made anew. */
  judge(weak: boolean, chosen: boolean, now: number): boolean {
    if (weak !== this.weak || (chosen && !this.light)) this.since = now;
    this.weak = weak;
    const before = this.light;
    if (chosen) this.light = true;
    else if (weak && now - this.since >= WEAK_MS) this.light = true;
    else if (!weak && now - this.since >= GOOD_MS) this.light = false;
    return before !== this.light;
  }

  /** The person wants the full sound again: at once, unless the line is weak now. */
  release(): boolean {
    const before = this.light;
    this.light = this.light && this.weak;
    return before !== this.light;
  }
}

/** Dates and times as they are said here: Vietnam's time, whatever the device thinks. */
const ZONE = "Asia/Ho_Chi_Minh";
const clock = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const seconds = new Intl.DateTimeFormat("vi-VN", {
  timeZone: ZONE, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23",
});
const day = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const weekday = new Intl.DateTimeFormat("vi-VN", { timeZone: ZONE, weekday: "long" });

export const timeOf = (at: number): string => clock.format(at);
export const secondsOf = (at: number): string => seconds.format(at);
export const dayOf = (at: number): string => day.format(at);
export const momentOf = (at: number): string => `${timeOf(at)}, ${weekday.format(at).toLowerCase()} ngày ${dayOf(at)}`;

/** "2026-11-03": the day in Vietnam, as date fields have it. */
export const isoDay = (at: number): string => dayOf(at).split("/").reverse().join("-");

/** The moment of a clock time ("19:30") on a day ("2026-11-03") in Vietnam, which has no summer time; null when either is not whole. */
export function momentAt(isoDate: string, clockTime: string): number | null {
  const at = Date.parse(`${isoDate}T${clockTime}:00+07:00`);
  return Number.isNaN(at) ? null : at;
}

const HALF_A_DAY = 43_200_000;

/** The moment of a clock time that lies nearest to another: a meeting may last past midnight. */
export function momentNear(near: number, clockTime: string): number | null {
  const at = momentAt(isoDay(near), clockTime);
  if (at === null) return null;
  return at < near - HALF_A_DAY ? at + 2 * HALF_A_DAY : at > near + HALF_A_DAY ? at - 2 * HALF_A_DAY : at;
}

/** "02:10", or "1:02:10" past the hour. */
export function spanOf(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes, rest] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  const two = (n: number): string => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${two(minutes)}:${two(rest)}`;
}

/** ISO date "2026-12-15" as "15/12/2026"; other words as they are. */
export function dueOf(due: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(due);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : due;
}

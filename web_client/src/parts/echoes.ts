import { html, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";
import type { Room } from "../views/room.js";
import type { Person } from "../views/types.js";
import { banner } from "./banner.js";

export function ofHall(one: Pick<Person, "device" | "seat">): boolean {
  return one.device === "hall" || one.seat === "device";
}

export function calledAs(one: Pick<Person, "device" | "seat" | "name">): string {
  return ofHall(one) ? t.people.hall : one.name;
}

/** Devices that give back what others say, and are heard: whoever leads shuts them with one tap. */
export function echoing(people: readonly Person[]): Person[] {
  return people.filter((one) => one.admitted && one.echo && !one.muted);
}

export function echoBanners(room: Room): TemplateResult[] {
  return echoing(room.views.people ?? []).map((one) =>
    banner("warning", t.people.echo(calledAs(one)), html`<button @click=${() => room.do("mute", { session: one.session, muted: true })}>${t.people.mute}</button>`),
  );
}

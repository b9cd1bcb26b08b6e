/** When something was, as the paper form of a power cut has it: a day that is mostly right already, and the time. */
import { html, type TemplateResult } from "lit";
import { t } from "../messages/vi.js";
import { isoDay, momentAt, timeOf } from "./time.js";

/** `at`: what stands there already. */
export function toldFields(name: string, words: string, near: number, at: number | null = null): TemplateResult {
  return html`<fieldset class="told"><legend class="label">${words}</legend>
    <div class="field"><label for="${name}-time">${t.paper.clock}</label><input id="${name}-time" name="${name}-time" type="time" required .defaultValue=${at === null ? "" : timeOf(at)} /></div>
    <div class="field"><label for="${name}-day">${t.paper.day}</label><input id="${name}-day" name="${name}-day" type="date" required .defaultValue=${isoDay(near)} /></div></fieldset>`;
}

/** What stands in the fields; null when they are not filled. */
export function toldOf(form: FormData, name: string): number | null {
  return momentAt(String(form.get(`${name}-day`) ?? ""), String(form.get(`${name}-time`) ?? ""));
}

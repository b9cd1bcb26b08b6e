import { html, nothing, type TemplateResult } from "lit";
import { Check, CircleDot, X } from "lucide";
import { t } from "../messages/vi.js";
import { banner } from "../parts/banner.js";
import { icon } from "../parts/icon.js";
import type { Room } from "../views/room.js";
import type { Choice, Motion } from "../views/types.js";

const CHOICES: [Choice, string, typeof Check][] = [
  ["for", t.vote.for, Check],
  ["against", t.vote.against, X],
  ["other", t.vote.other, CircleDot],
];

/** The motion being voted on: the first open one; paper ballots wait beside the meeting's course. */
export function motionOn(room: Room): Motion | undefined {
  return room.views.motions?.find((motion) => motion.state === "open" && !motion.waiting);
}

/** A ballot on paper goes on in the hall beside the meeting's course: whom it leaves out is told so. */
export function paperBallots(room: Room): TemplateResult | typeof nothing {
  const waiting = room.views.motions?.find((motion) => motion.state === "open" && motion.waiting);
  if (!waiting) return nothing;
  const own = waiting.voters.find((one) => one.member === room.views.me?.member);
  const words = own?.channel === "remote" ? t.vote.onPaperFar : own ? t.vote.onPaperHall : t.vote.onPaper;
  return html`<div class="banner info compact" role="status"><div>${words(waiting.text)}</div></div>`;
}

/** The open motion on a member's screen: its text, and one's own vote where the server gives one. Without a button in
 * it the card itself takes the keys, so that a long text can be scrolled. */
export function voteCard(room: Room, motion: Motion): TemplateResult {
  const me = room.views.me;
  const refusal = me?.vote_refusal ?? (me?.in_hall_count ? t.vote.hallCounts : null);
  return html`<section class="votecard stack" role="region" aria-live="assertive" aria-label=${t.vote.title} tabindex=${refusal ? "0" : nothing}>
    <h2>${t.vote.title}</h2>
    <p class="motiontext">${motion.text}</p>
    ${refusal ? banner("info", refusal) : choices(room, motion)}
  </section>`;
}

function choices(room: Room, motion: Motion): TemplateResult {
  return html`${CHOICES.map(
      ([choice, words, sign]) => html`<button class="wide choice ${motion.mine === choice ? "mine" : ""}" aria-pressed=${motion.mine === choice}
        @click=${() => room.do("cast", { motion: motion.motion, choice })}>${icon(sign, 28)}${words}</button>`,
    )}
    ${motion.mine === "other" ? note(room, motion) : nothing}
    ${motion.mine ? html`<p role="status"><span class="strong">${t.vote.mine(wordOf(motion.mine))}</span> <span class="soft">${t.vote.change}</span></p>` : nothing}`;
}

/** Another opinion may say which: it stands in the minutes under the vote. */
function note(room: Room, motion: Motion): TemplateResult {
  const submit = (e: SubmitEvent): void => {
    e.preventDefault();
    room.do("cast", { motion: motion.motion, choice: "other", note: new FormData(e.target as HTMLFormElement).get("note") });
  };
  return html`<form class="stack tight" @submit=${submit}><label for="vote-note">${t.vote.note}</label>
    <textarea id="vote-note" name="note" rows="2" maxlength="500" .defaultValue=${motion.mine_note ?? ""}></textarea>
    <button>${motion.mine_note ? t.vote.noteAgain : t.vote.noteSave}</button></form>`;
}

export function wordOf(choice: Choice): string {
  return CHOICES.find(([one]) => one === choice)?.[1] ?? "";
}

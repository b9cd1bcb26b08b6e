"""How well and how fast minutes are drafted: ``python -m benchmarks.drafting`` (make bench-drafting).

Quality on the cases in tests/cases/minutes: clean, with recognition-like noise, and leave-one-out, in which every
phrase of the cue tables that occurs in the held-out case and in no other is taken away, so a case is read only with
what the others (or nobody) would have taught. The ``own`` cases were written after the rules and read once before
any change was made for them (see docs/minutes.md); of the ``held`` cases nobody who writes rules looks at more than
the score. The last line is one JSON object; a bar that is missed is named before it, and the command ends with 1.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import mean, median
from typing import Any

from benchmarks.minutes_score import score
from benchmarks.noise_turns import noisy
from minutes.drafting import cues
from minutes.drafting.draft import document, draft
from minutes.drafting.turns import RosterLine, Turn, read_roster, read_turns

CASES = Path(os.environ.get("HOPCHIBO_CASES", Path(__file__).parent.parent / "tests" / "cases" / "minutes"))
SEEDS = (1, 2, 3)
PARTS = (
    "header", "attendance", "votes", "tasks", "conclusions", "opinions_found", "kinds", "opinions", "sourced", "score",
)  # fmt: skip
UTTERANCES = 1500  # two hours
AT_LEAST = {
    "score_clean": 0.85, "clean_header": 0.95, "clean_attendance": 0.95, "clean_votes": 0.95, "clean_tasks": 0.75,
    "clean_conclusions": 0.75, "clean_opinions_found": 0.85, "clean_kinds": 0.80, "sourced": 1.0, "score_own": 0.75,
    "score_held_out": 0.75, "score_noise10": 0.70, "score_noise25": 0.55, "score_leave_one_out": 0.75,
}  # fmt: skip
AT_MOST = {"unsupported": 0, "draft_2h_s": 1.0, "redraft_ms": 100.0}


@dataclass(frozen=True)
class Case:
    id: str
    turns: tuple[Turn, ...]
    roster: tuple[RosterLine, ...]
    gold: dict[str, Any]
    members: list[dict[str, Any]]
    heard: list[dict[str, Any]]

    def noisy(self, rate: float, seed: int) -> tuple[Turn, ...]:
        rng = random.Random(seed)
        return tuple(replace(turn, text=noisy(turn.text, rate, rng)) for turn in self.turns)

    def scored(self, turns: tuple[Turn, ...]) -> dict[str, Any]:
        return score(self.gold, draft(turns, self.roster).as_json(), self.members, self.heard)


def load(pattern: str) -> list[Case]:
    found = []
    for path in sorted(CASES.glob(f"{pattern}.gold.json")):
        name = path.name.removesuffix(".gold.json")
        lines = (CASES / f"{name}.jsonl").read_text("utf-8").splitlines()
        roster = (CASES / f"{name}.roster.json").read_text("utf-8")
        gold = json.loads(path.read_text("utf-8"))
        heard = [json.loads(line) for line in lines]
        found.append(Case(name, read_turns(lines), read_roster(roster), gold, json.loads(roster), heard))
    return found


# ---------------------------------------------------------------- leave one out


@contextlib.contextmanager
def without_its_cues(case: Case, others: list[Case]) -> Iterator[int]:
    """Cue tables without the phrases that only ``case`` uses; yields how many went."""
    whole = cues.table()
    own = _phrases(case, whole)
    known = set().union(*(_phrases(other, whole) for other in others))
    gone = own - known
    kept = {
        keys: tuple(p for p in phrases if (p.family, tuple(s.low for s in p.sounds)) not in gone)
        for keys, phrases in whole.items()
    }
    cues.swap_table({keys: phrases for keys, phrases in kept.items() if phrases})
    try:
        yield len(gone)
    finally:
        cues.swap_table(None)


def _phrases(case: Case, whole: dict[tuple[str, ...], tuple[cues.Phrase, ...]]) -> set[tuple[str, tuple[str, ...]]]:
    """The phrases of the tables that a case's speech contains word for word."""
    found = set()
    by_words = {(p.family, tuple(s.low for s in p.sounds)) for ps in whole.values() for p in ps if not p.gapped}
    lengths = {len(words) for _, words in by_words}
    families: dict[tuple[str, ...], set[str]] = {}
    for family, words in by_words:
        families.setdefault(words, set()).add(family)
    for turn in case.turns:
        low = tuple(w.low for w in cues.words_of(turn.text))
        for start in range(len(low)):
            for length in lengths:
                words = low[start : start + length]
                found |= {(family, words) for family in families.get(words, ())}
    return found


# ---------------------------------------------------------------- speed


def long_meeting(cases: list[Case], mark: str) -> tuple[tuple[Turn, ...], tuple[RosterLine, ...]]:
    """Two hours of 1,500 utterances: the sentences of all cases said one after the other in one cell."""
    roster = max(cases, key=lambda c: len(c.roster)).roster
    names = [line.name for line in roster]
    pieces: list[tuple[Turn, str]] = []
    for case in cases:
        for turn in case.turns:
            pieces += [(turn, part.strip() + ".") for part in turn.text.split(". ") if part.strip()]
    turns = []
    for order in range(1, UTTERANCES + 1):
        turn, text = pieces[order % len(pieces)]
        speaker = turn.speaker if turn.role in ("bí thư", "thư ký") else names[(order // 9) % len(names)]
        turns.append(replace(turn, order=order, text=f"{text} Ý thứ {order} {mark}.", speaker=speaker))
    return tuple(turns), roster


def speed(cases: list[Case]) -> tuple[float, float]:
    """(CPU seconds for the first draft of two hours, CPU milliseconds for a redraft after one correction)."""
    cues.table()
    firsts = []
    for run in range(3):  # other words each time: nothing is known beforehand
        turns, roster = long_meeting(cases, f"lần {run}")
        begin = time.process_time()
        document(draft(turns, roster))
        firsts.append(time.process_time() - begin)
    first, times = median(firsts), []
    for at in (200, 700, 1200):
        turns = (*turns[:at], replace(turns[at], text=turns[at].text + " Tôi xin bổ sung."), *turns[at + 1 :])
        begin = time.process_time()
        document(draft(turns, roster))
        times.append(time.process_time() - begin)
    return first, 1000 * median(times)


# ---------------------------------------------------------------- the table


def row(name: str, scores: list[dict[str, Any]]) -> dict[str, float]:
    values = {part: mean(s[part] for s in scores) for part in PARTS}
    print(f"{name:<22}" + "".join(f"{value:>9.3f}" for value in values.values()))
    return values


def missed(figures: dict[str, float]) -> list[str]:
    """A line for each bar that a figure does not reach, and for each figure that is not there."""
    lines = [f"{name} was not measured" for name in (*AT_LEAST, *AT_MOST) if name not in figures]
    lines += [f"{n} {figures[n]} < {bar}" for n, bar in AT_LEAST.items() if n in figures and figures[n] < bar]
    return lines + [f"{n} {figures[n]} > {bar}" for n, bar in AT_MOST.items() if n in figures and figures[n] > bar]


def main() -> int:
    cases, fresh, held = load("dev_*"), load("own_*"), load("held_*")
    unsupported: list[str] = []
    sourced: list[float] = []
    print(f"{'':<22}" + "".join(f"{part[:8]:>9}" for part in PARTS))

    def keep(scores: list[dict[str, Any]]) -> list[dict[str, Any]]:
        for one in scores:
            unsupported.extend(one["unsupported"])
            sourced.append(one["sourced"])
        return scores

    each = keep([case.scored(case.turns) for case in cases])
    for case, one in zip(cases, each, strict=True):
        row(case.id, [one])
    clean = row("clean", each)
    figures: dict[str, float] = {"score_clean": clean["score"]}
    figures |= {f"clean_{part}": clean[part] for part in PARTS if f"clean_{part}" in AT_LEAST}
    for name, kept in (("own", fresh), ("held_out", held)):
        if kept:  # another directory of cases may have none
            scores = keep([case.scored(case.turns) for case in kept])
            figures[f"score_{name}"] = row(f"{name.replace('_', ' ')} cases, clean", scores)["score"]
            rough = keep([case.scored(case.noisy(0.10, seed)) for case in kept for seed in SEEDS])
            figures[f"score_{name}_noise10"] = row("  … noise 0.10", rough)["score"]
    for rate in (0.10, 0.25):
        scores = keep([case.scored(case.noisy(rate, seed)) for case in cases for seed in SEEDS])
        figures[f"score_noise{rate * 100:.0f}"] = row(f"noise {rate:.2f}, seeds 1-3", scores)["score"]
    bare = [case.scored(case.noisy(0.0, 1)) for case in cases]
    row("no stops, no capitals", keep(bare))
    left = []
    for case in cases:
        with without_its_cues(case, [other for other in cases if other is not case]) as gone:
            left += keep([case.scored(case.turns)])
            row(f"  without {gone} cues", left[-1:])
    figures["score_leave_one_out"] = row("leave one out", left)["score"]
    first, again = speed(cases)
    print(f"two hours, {UTTERANCES} utterances: draft {first:.2f} s, redraft after one correction {again:.0f} ms")
    print(f"unsupported: {unsupported or 'none'}")
    figures |= {"sourced": min(sourced), "unsupported": len(unsupported), "draft_2h_s": first, "redraft_ms": again}
    figures = {name: round(value, 3) for name, value in figures.items()}
    failed = missed(figures)
    for line in failed:
        print(f"BAR MISSED: {line}")
    print(json.dumps(figures))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

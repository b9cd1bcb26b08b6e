"""Which of the numbers heard in a count are the result: those that add up to a base said or expected."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

CHOICES = ("vote_for", "vote_against", "vote_abstain")


@dataclass(frozen=True, slots=True)
class Count:
    """A number heard while counting: for which choice ("" unknown, "base"), how late, and how surely."""

    choice: str
    value: int
    weight: float


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts that were chosen, and how well they fit what was heard."""

    voters: int
    in_favour: int
    against: int
    abstain: int
    fit: float


def best(heard: list[Count], bases: list[int], none_against: bool, all_for: bool) -> Tally | None:
    """The counts that add up to a base said or expected, with the most weight of what was heard."""
    weights: dict[str, dict[int, float]] = {name: {} for name in (*CHOICES, "base", "")}
    for count in heard:
        book = weights[count.choice]
        book[count.value] = max(book.get(count.value, 0.0), count.weight)
    base = dict(weights["base"])
    for rank, value in enumerate(bases):
        base[value] = base.get(value, 0.0) + (1.3 if rank in (0, len(bases) - 1) else 0.8)
    options = [_options(weights, name, none_against) for name in CHOICES]
    opposed = any(value and weight > 0.3 for n in CHOICES[1:] for value, weight in weights[n].items())
    if all_for and not opposed:
        for value, weight in base.items():
            options[0][value] = max(options[0].get(value, 0.0), 0.6 * weight)
    best: Tally | None = None
    for (f, wf), (a, wa), (b, wb) in product(*(o.items() for o in options)):
        total = f + a + b
        if total not in base or f + a == 0:
            continue
        fit = wf + wa + wb + base[total]
        if best is None or fit > best.fit + 1e-9:
            best = Tally(total, f, a, b, fit)
    return best


def _options(weights: dict[str, dict[int, float]], name: str, none_against: bool) -> dict[int, float]:
    """Values a choice may have: those heard for it, any unnamed number, and nothing."""
    found = dict(weights[""]) | {v: max(w, weights[""].get(v, 0.0)) for v, w in weights[name].items()}
    if name != "vote_for":
        found[0] = max(found.get(0, 0.0), 0.9 if none_against and name == "vote_against" else 0.3)
    return found

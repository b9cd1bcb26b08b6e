"""Turns and roster in, structured minutes out."""

from __future__ import annotations

from datetime import date

from minutes.drafting.attendance import attendance_of
from minutes.drafting.blocks import document as document
from minutes.drafting.conclusions import conclusions_of
from minutes.drafting.header import header_of
from minutes.drafting.opinions import opinions_of
from minutes.drafting.scene import Scene, set_scene
from minutes.drafting.tasks import work_of
from minutes.drafting.turns import RosterLine, Turn
from minutes.drafting.value import Minutes
from minutes.drafting.votes import votes_of

DRAFTER = "hopchibo-rules-1"


def draft(turns: tuple[Turn, ...], roster: tuple[RosterLine, ...]) -> Minutes:
    """The minutes of a meeting as they follow from what was said."""
    scene = set_scene(turns, roster)
    header = header_of(scene)
    today = date.fromisoformat(header.date) if header.date else None
    attendance = attendance_of(scene)
    votes = votes_of(scene, attendance.voters_present)
    tasks, work = work_of(scene, today)
    return Minutes(
        header=header,
        attendance=attendance,
        opinions=opinions_of(scene, _counting(scene, votes_orders(votes))),
        votes=votes,
        conclusions=conclusions_of(scene, work),
        tasks=tasks,
        utterances=tuple((turn.order, turn.utterance) for turn in turns if turn.utterance),
    )


def votes_orders(votes: tuple[object, ...]) -> frozenset[int]:
    return frozenset(order for vote in votes for order in getattr(vote, "orders", ()))


def _counting(scene: Scene, orders: frozenset[int]) -> frozenset[int]:
    return frozenset(s.index for s in scene.speeches if set(s.turns) <= orders and not scene.leads(s))

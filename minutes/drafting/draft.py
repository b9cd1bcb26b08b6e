"""Turns and roster in, structured minutes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from minutes.drafting.attendance import attendance_of
from minutes.drafting.blocks import document as document
from minutes.drafting.conclusions import conclusions_of
from minutes.drafting.header import header_of
from minutes.drafting.items import Course, course_of
from minutes.drafting.opinions import Setting, opinions_of
from minutes.drafting.scene import Scene, set_scene
from minutes.drafting.tasks import work_of
from minutes.drafting.turns import RosterLine, Turn
from minutes.drafting.value import Minutes
from minutes.drafting.votes import polls_of

DRAFTER = "hopchibo-rules-1"


def draft(turns: tuple[Turn, ...], roster: tuple[RosterLine, ...]) -> Minutes:
    """The minutes of a meeting as they follow from what was said."""
    scene = set_scene(turns, roster)
    header = header_of(scene)
    today = date.fromisoformat(header.date) if header.date else None
    attendance = attendance_of(scene)
    course = course_of(scene)
    polls = polls_of(scene, attendance.voters_present)
    work = work_of(scene, today)
    minutes = Minutes(
        header=header,
        attendance=attendance,
        agenda=course.items,
        opinions=opinions_of(scene, Setting(course.announced, polls.voting, polls.counters, work.given)),
        votes=polls.votes,
        conclusions=conclusions_of(scene, work.spans),
        tasks=work.tasks,
        utterances=tuple((turn.order, turn.utterance) for turn in turns if turn.utterance),
    )
    return _placed(scene, course, minutes)


def _placed(scene: Scene, course: Course, minutes: Minutes) -> Minutes:
    """Each part under the item that was in hand when it was said."""
    index = {order: speech.index for speech in scene.speeches for order in speech.turns}
    first = {order: next(i for i, o in enumerate(s.orders) if o == order) for s in scene.speeches for order in s.turns}

    def item(orders: tuple[int, ...]) -> str:
        if not orders or orders[0] not in index:
            return ""
        return course.at(index[orders[0]], first[orders[0]])

    return replace(
        minutes,
        opinions=tuple(replace(o, item=o.item or item(o.orders)) for o in minutes.opinions),
        votes=tuple(replace(v, item=v.item or item(v.orders)) for v in minutes.votes),
        conclusions=tuple(replace(c, item=c.item or item(c.orders)) for c in minutes.conclusions),
        tasks=tuple(replace(t, item=t.item or item(t.orders)) for t in minutes.tasks),
    )

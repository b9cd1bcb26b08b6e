"""Turns and roster in, structured minutes out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from minutes.drafting.attendance import attendance_of
from minutes.drafting.blocks import document as document
from minutes.drafting.conclusions import conclusions_of
from minutes.drafting.doubts import doubted
from minutes.drafting.facts import NOTHING, MeetingFacts, ruled
from minutes.drafting.formal import documents_of, dues_of, quality_of, read_back_of, review_of
from minutes.drafting.header import header_of
from minutes.drafting.ideology import moral_of
from minutes.drafting.items import Course, course_of, recorded_course
from minutes.drafting.missing import missing_of
from minutes.drafting.opinions import Setting, opinions_of
from minutes.drafting.petitions import petitions_of
from minutes.drafting.questions import with_questions
from minutes.drafting.scene import Scene, set_scene
from minutes.drafting.tasks import work_of
from minutes.drafting.turns import RosterLine, Turn
from minutes.drafting.value import Minutes
from minutes.drafting.votes import polls_of

DRAFTER = "hopchibo-rules-1"


def draft(turns: tuple[Turn, ...], roster: tuple[RosterLine, ...], facts: MeetingFacts = NOTHING) -> Minutes:
    """The minutes of a meeting: as said, ruled by what the room recorded, with what is missing."""
    scene = set_scene(turns, roster, facts.chair or "", facts.secretary or "")
    said = _said(turns, scene, facts)
    minutes = ruled(_from_paper(replace(said, votes=with_questions(said)), turns), facts)
    return replace(minutes, missing=missing_of(minutes))


def _from_paper(said: Minutes, turns: tuple[Turn, ...]) -> Minutes:
    """Opinions that stood on the paper form first are marked so."""
    typed = {turn.order for turn in turns if turn.typed}
    if not typed:
        return said
    marked = (replace(o, flags=(*o.flags, "typed-in")) if typed & set(o.orders) else o for o in said.opinions)
    return replace(said, opinions=tuple(marked))


def _said(turns: tuple[Turn, ...], scene: Scene, facts: MeetingFacts) -> Minutes:
    """What follows from speech alone; only the day and the voters present are taken from the record."""
    header = header_of(scene)
    day = facts.date or header.date
    today = date.fromisoformat(day) if day else None
    attendance = attendance_of(scene)
    course = recorded_course(scene, turns, facts.items) if facts.items is not None else course_of(scene)
    polls = polls_of(scene, (facts.attendance or attendance).voters_present)
    work = work_of(scene, today)
    conclusions = conclusions_of(scene, work.spans)
    moral = moral_of(scene, course, work.spans, conclusions)
    minutes = Minutes(
        header=header,
        attendance=attendance,
        agenda=course.items,
        dues=dues_of(scene),
        documents=documents_of(scene),
        news=moral.news,
        study=moral.study,
        review=review_of(scene, course),
        ideology=moral.ideology,
        quality=quality_of(scene),
        read_back=read_back_of(scene, polls.votes),
        opinions=opinions_of(scene, Setting(course.announced, polls.voting, polls.counters, work.given)),
        votes=polls.votes,
        conclusions=conclusions,
        tasks=work.tasks,
        petitions=petitions_of(scene, work.spans, conclusions),
        utterances=tuple((turn.order, turn.utterance) for turn in turns if turn.utterance),
    )
    return doubted(scene, turns, _placed(scene, course, minutes))


def _placed(scene: Scene, course: Course, minutes: Minutes) -> Minutes:
    """Each part under the item that was in hand when it was said."""
    index = {order: speech.index for speech in scene.speeches for order in speech.turns}
    first: dict[int, int] = {}
    for speech in scene.speeches:
        for order in speech.turns:
            first.setdefault(order, speech.orders.index(order))

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
        petitions=tuple(replace(p, item=p.item or item(p.orders)) for p in minutes.petitions),
    )

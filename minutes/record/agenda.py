"""The agenda as the meeting went through it: what waits, what is on now, what was concluded and how."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from minutes.record.events import AgendaItem, Entry, ItemConcluded, ItemStarted, Scheduled
from minutes.record.folding import folded

UNTOLD = "Nội dung mật"

ItemState = Literal["waiting", "now", "concluded", "open"]


@dataclass(frozen=True, slots=True)
class Item:
    """One content. ``open`` = left without a conclusion, said so or by going on to the next. ``typed``: concluded on
    paper and entered afterwards."""

    id: str
    title: str
    secret: bool = False
    presenter: str = ""
    state: ItemState = "waiting"
    conclusion: str = ""
    sources: tuple[str, ...] = ()
    started_at: int | None = None
    ended_at: int | None = None
    draft: str = ""
    typed: bool = False

    @property
    def told(self) -> str:
        """The title as members, the display and the minutes have it: a secret item has none but that it is secret."""
        return UNTOLD if self.secret else self.title


@dataclass(frozen=True, slots=True)
class Agenda:
    """``now`` is the id of the item under discussion, "" between items."""

    items: tuple[Item, ...] = ()
    now: str = ""

    def item(self, key: str) -> Item | None:
        return next((item for item in self.items if item.id == key), None)


EMPTY = Agenda()


def fold(entries: Iterable[Entry], onto: Agenda = EMPTY) -> Agenda:
    return folded(step, onto, entries)


def step(agenda: Agenda, entry: Entry) -> Agenda:
    match entry.event:
        case Scheduled(agenda=items):
            return _planned(agenda, items)
        case ItemStarted() as started:
            return _started(agenda, started, entry.at)
        case ItemConcluded() as concluded:
            return _concluded(agenda, concluded, entry.at)
    return agenda


def _planned(agenda: Agenda, items: tuple[AgendaItem, ...]) -> Agenda:
    """A new plan: items already begun keep their course, also when the plan no longer names them."""
    old = {item.id: item for item in agenda.items}
    named = tuple(_named(old.get(plan.id), plan) for plan in items)
    begun = tuple(item for item in agenda.items if item.started_at and item.id not in {plan.id for plan in items})
    return replace(agenda, items=named + begun)


def _named(old: Item | None, plan: AgendaItem) -> Item:
    item = old or Item(plan.id, plan.title)
    return replace(item, title=plan.title, secret=plan.secret, presenter=plan.presenter, draft=plan.draft)


def _started(agenda: Agenda, started: ItemStarted, at: int) -> Agenda:
    items = agenda.items
    if agenda.item(started.item) is None:
        items = (*items, Item(started.item, started.title or started.item))
    return Agenda(tuple(_as_started(item, started, at) for item in items), started.item)


def _as_started(item: Item, started: ItemStarted, at: int) -> Item:
    if item.id == started.item:
        title = started.title or item.title
        return replace(item, title=title, state="now", started_at=item.started_at or at, ended_at=None)
    if item.state == "now":
        return replace(item, state="open", ended_at=at)
    return item


def _concluded(agenda: Agenda, concluded: ItemConcluded, at: int) -> Agenda:
    if agenda.item(concluded.item) is None:
        return agenda
    items = tuple(
        replace(
            item, state=concluded.outcome, conclusion=concluded.text or item.conclusion,
            sources=concluded.sources or item.sources, started_at=item.started_at or at, ended_at=at,
            typed=concluded.typed,
        )
        if item.id == concluded.item
        else item
        for item in agenda.items
    )  # fmt: skip
    return Agenda(items, "" if agenda.now == concluded.item else agenda.now)

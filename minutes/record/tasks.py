"""What the meeting handed on: tasks (việc – người – hạn) and petitions to the level above."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from minutes.record.events import Entry, Petitioned, PetitionWithdrawn, TaskGiven, TaskWithdrawn
from minutes.record.folding import folded


@dataclass(frozen=True, slots=True)
class Tasks:
    """In the order given; naming a task or petition again changes it in its place, withdrawing takes it out.

    ``entries``: the entries that wrote down a task or petition, by kind of entry and id; those withdrawn too.
    """

    tasks: tuple[TaskGiven, ...] = ()
    petitions: tuple[Petitioned, ...] = ()
    withdrawn: tuple[TaskGiven | Petitioned, ...] = ()
    entries: Mapping[tuple[str, str], tuple[int, ...]] = field(default_factory=dict)

    def task(self, key: str) -> TaskGiven | None:
        return next((task for task in self.tasks if task.task == key), None)

    def petition(self, key: str) -> Petitioned | None:
        return next((petition for petition in self.petitions if petition.petition == key), None)

    def sources(self, kind: str, key: str) -> tuple[str, ...]:
        """The first entry and the last: what is drafted from it keeps its place through every change."""
        found = self.entries.get((kind, key), ())
        return tuple(dict.fromkeys(f"entry:{seq}" for seq in (*found[:1], *found[-1:])))


EMPTY = Tasks()


def fold(entries: Iterable[Entry], onto: Tasks = EMPTY) -> Tasks:
    return folded(step, onto, entries)


def step(value: Tasks, entry: Entry) -> Tasks:
    match entry.event:
        case TaskGiven(task=key) as task:
            return replace(_noted(value, entry, key), tasks=_tasks(value.tasks, task))
        case Petitioned(petition=key) as petition:
            return replace(_noted(value, entry, key), petitions=_petitions(value.petitions, petition))
        case TaskWithdrawn(task=key) if gone := value.task(key):
            left = tuple(task for task in value.tasks if task.task != key)
            return replace(value, tasks=left, withdrawn=(*value.withdrawn, gone))
        case PetitionWithdrawn(petition=key) if no_more := value.petition(key):
            kept = tuple(petition for petition in value.petitions if petition.petition != key)
            return replace(value, petitions=kept, withdrawn=(*value.withdrawn, no_more))
    return value


def _noted(value: Tasks, entry: Entry, key: str) -> Tasks:
    place = (entry.kind, key)
    return replace(value, entries={**value.entries, place: (*value.entries.get(place, ()), entry.seq)})


def _tasks(old: tuple[TaskGiven, ...], new: TaskGiven) -> tuple[TaskGiven, ...]:
    if any(task.task == new.task for task in old):
        return tuple(new if task.task == new.task else task for task in old)
    return (*old, new)


def _petitions(old: tuple[Petitioned, ...], new: Petitioned) -> tuple[Petitioned, ...]:
    if any(petition.petition == new.petition for petition in old):
        return tuple(new if petition.petition == new.petition else petition for petition in old)
    return (*old, new)

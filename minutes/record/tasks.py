"""What the meeting handed on: tasks (việc – người – hạn) and petitions to the level above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from minutes.record.events import Entry, Petitioned, TaskGiven
from minutes.record.folding import folded


@dataclass(frozen=True, slots=True)
class Tasks:
    """In the order given; naming a task or petition again changes it in its place."""

    tasks: tuple[TaskGiven, ...] = ()
    petitions: tuple[Petitioned, ...] = ()


EMPTY = Tasks()


def fold(entries: Iterable[Entry], onto: Tasks = EMPTY) -> Tasks:
    return folded(step, onto, entries)


def step(value: Tasks, entry: Entry) -> Tasks:
    match entry.event:
        case TaskGiven() as task:
            return replace(value, tasks=_tasks(value.tasks, task))
        case Petitioned() as petition:
            return replace(value, petitions=_petitions(value.petitions, petition))
    return value


def _tasks(old: tuple[TaskGiven, ...], new: TaskGiven) -> tuple[TaskGiven, ...]:
    if any(task.task == new.task for task in old):
        return tuple(new if task.task == new.task else task for task in old)
    return (*old, new)


def _petitions(old: tuple[Petitioned, ...], new: Petitioned) -> tuple[Petitioned, ...]:
    if any(petition.petition == new.petition for petition in old):
        return tuple(new if petition.petition == new.petition else petition for petition in old)
    return (*old, new)

"""Judged years are what the summaries say after every change, on both databases, in old installations too."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from alembic import command
from sqlmodel import Session, col, select

from meeting_server.store import beside, judged, log, papers, supervision_rules, tasks
from meeting_server.store.archive_tables import JudgedYear
from meeting_server.store.beside import Task
from meeting_server.store.database import Store
from meeting_server.store.migrate import configuration
from meeting_server.store.supervision import year
from meeting_server.store.tables import MeetingSummary, StoredFile
from tests.meeting_server.store.records import DAY, keep, moment, organisation, summary

NOW = moment(2026, 11, 15)
Rows = list[dict[str, object]]


def rows(session: Session) -> Rows:
    session.expire_all()
    every = session.exec(select(JudgedYear).order_by(col(JudgedYear.cell), col(JudgedYear.year)))
    return [row.model_dump() for row in every]


def made_anew(session: Session) -> Rows:
    judged.rebuild(session)
    return rows(session)


def one_change(session: Session, chance: random.Random, meetings: int) -> None:
    """A meeting planned, moved, held, approved or corrected; a document given out or taken back; a task reported on."""
    key = f"m{chance.randrange(meetings)}"
    match chance.randrange(4):
        case 0 if session.get(MeetingSummary, key):
            size, at = chance.randint(1, 9), moment(2026, chance.randint(1, 12), chance.randint(1, 27))
            papers.keep(
                session,
                StoredFile(
                    id=f"f{chance.random()}", meeting=key, kind="document", name="a", sha256="0", size=size, path="a",
                    created_at=at,
                ),
            )  # fmt: skip
        case 1 if given := papers.rows(session, key):
            papers.take_back(session, key, given[0].id)
        case 2 if session.get(MeetingSummary, key) and session.get(MeetingSummary, key).tasks:  # type: ignore[union-attr]
            tasks.report(session, key, "n1", chance.choice(("open", "done")), at=NOW)
        case _:
            held = chance.random() < 0.8
            at = moment(chance.choice((2025, 2026)), chance.randint(1, 12), chance.randint(1, 27))
            closed = at + chance.randint(40, 120) * 60_000 if held else None
            head = summary(
                key, f"c{1 + int(key[1:]) % 4}", at, kind=chance.choice(("regular", "thematic", "annual", "practice")),
                state="closed" if held else "scheduled", sha256="", closed_at=closed,
                approved_at=closed and chance.choice((None, closed + chance.randint(0, 5) * DAY)),
                present=chance.choice((0, 15, 25)), spoke=chance.randint(0, 20), items=chance.randint(0, 4),
                concluded=chance.randint(0, 4), self_points=chance.choice((None, 95)), tasks=0,
            )  # fmt: skip
            given_out = (Task("n1", "", "việc", ("Lan",), "", None),) if chance.random() < 0.5 else ()
            keep(session, head, tasks=given_out)


@pytest.mark.parametrize("seed", range(4))
def test_after_any_changes_the_kept_rows_are_those_made_anew(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    store.write_now(organisation)
    for _ in range(12):
        for _ in range(8):
            store.write_now(lambda session: one_change(session, chance, 12))
        kept = store.read_now(rows)
        assert kept == store.write_now(made_anew)
    assert kept


def test_meetings_that_leave_no_row_leave_no_judgement(store: Store) -> None:
    practice = summary("p", "c1", moment(2026, 3, 3), kind="practice")
    store.write_now(lambda session: (organisation(session), keep(session, practice)))
    assert store.read_now(rows) == []
    store.write_now(lambda session: log.forget_practice(session, NOW, 0))
    assert store.read_now(rows) == store.write_now(made_anew) == []


def test_a_meeting_moved_to_another_year_no_longer_counts_in_the_first(store: Store) -> None:
    store.write_now(lambda session: (organisation(session), keep(session, summary("a", "c1", moment(2025, 12, 3)))))
    store.write_now(lambda session: keep(session, summary("a", "c1", moment(2026, 1, 3))))
    assert [row["year"] for row in store.read_now(rows)] == [2026]


def test_a_meeting_put_off_into_the_next_year_counts_in_its_own(store: Store) -> None:
    def work(session: Session) -> None:
        organisation(session)
        keep(session, summary("a", "c1", moment(2026, 12, 3)))
        keep(session, summary("b", "c1", moment(2027, 1, 2)))
        keep(session, summary("c", "c1", moment(2027, 1, 5), kind="thematic", period="2026-12"))

    store.write_now(work)
    kept = store.read_now(rows)
    assert [row["year"] for row in kept] == [2026, 2027]
    assert kept == store.write_now(made_anew)


def test_minutes_that_wait_become_late_without_anybody_writing(store: Store) -> None:
    waiting = summary("a", "c1", moment(2026, 3, 3), state="closed", approved_at=None, sha256="", self_points=95)
    store.write_now(lambda session: (organisation(session), keep(session, waiting)))
    due = (waiting.closed_at or 0) + 2 * DAY

    def problems(now: int) -> tuple[str, ...]:
        return store.read_now(lambda session: year(session, "c1", 2026, now)).lines[0].months[2].problems

    assert problems(due) == ()
    assert problems(due + 1) == ("minutes", "score")


def test_an_installation_from_before_is_judged_at_its_next_start(url: str) -> None:
    store = Store(url)
    store.write_now(lambda session: (organisation(session), keep(session, summary("a", "c1", moment(2026, 3, 3)))))
    before = store.read_now(rows)
    config = configuration()
    with store._writing.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0005")
    store.close()
    again = Store(url)
    assert again.read_now(rows) == before
    again.close()


def test_another_rule_file_judges_every_year_anew(
    store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    strict = tmp_path / "rules.toml"
    text = supervision_rules.FILE.read_text(encoding="utf-8")
    strict.write_text(text.replace("attendance = 900", "attendance = 990"), encoding="utf-8")
    store.write_now(lambda session: (organisation(session), keep(session, summary("a", "c1", moment(2026, 3, 3)))))
    seen = store.read_now(lambda session: year(session, "c1", 2026, NOW)).lines[0].months[2].problems
    monkeypatch.setattr(judged, "rules_now", lambda: "another")
    monkeypatch.setattr(supervision_rules, "on", lambda day: supervision_rules.read(strict)[0])
    again = Store(url)
    judged_again = again.read_now(lambda session: year(session, "c1", 2026, NOW)).lines[0].months[2].problems
    again.close()
    assert (seen, judged_again) == ((), ("attendance",))


def test_the_packed_month_is_what_the_reader_unpacks() -> None:
    assert judged.MONTH.itemsize * 12 == len(judged.EMPTY)
    assert beside.figures(summary("a", "c1", 0))

"""Supervision on both databases: what a year of cells looks like from above, by rule and without contents."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import date

from sqlmodel import Session

from meeting_server.store import beside, judged, supervision, supervision_rules
from meeting_server.store.archive_tables import TaskReport
from meeting_server.store.database import Store
from meeting_server.store.people import add_unit
from meeting_server.store.supervision import Filter, Line, Year
from meeting_server.store.supervision_answer import as_json
from meeting_server.store.supervision_cell import cell_as_json, cell_year
from meeting_server.store.tables import MeetingSummary, Unit
from tests.meeting_server.store.records import DAY, HOUR, keep, moment, organisation, summary

NOW = moment(2026, 11, 15)


def given(store: Store, *heads: MeetingSummary) -> None:
    def work(session: Session) -> None:
        organisation(session)
        for head in heads:
            keep(session, head)

    store.write_now(work)


def seen(store: Store, unit: str = "p", now: int = NOW, only: Filter | None = None) -> Year:
    return store.read_now(lambda session: supervision.year(session, unit, 2026, now, only=only))


def line(year: Year, cell: str) -> Line:
    return next(line for line in year.lines if line.cell.id == cell)


def reported(session: Session, meeting: str, *, done: int) -> None:
    for number in range(done):
        session.add(TaskReport(meeting=meeting, task=f"t{number}", at=1, state="done"))
    session.flush()
    beside.recount(session, meeting)


def orderly(cell: str) -> list[MeetingSummary]:
    """Ten months in order, thematic in each quarter, and this month's."""
    heads = [summary(f"{cell}-{month}", cell, moment(2026, month, 3)) for month in range(1, 12)]
    extra = [summary(f"{cell}-t{month}", cell, moment(2026, month, 20), kind="thematic") for month in (2, 5, 8)]
    return heads + extra


def test_an_orderly_cell_has_no_reason_and_an_idle_one_has_them_all(store: Store) -> None:
    given(store, *orderly("c1"))
    year = seen(store)
    assert line(year, "c1").reasons == ()
    assert line(year, "c2").reasons == (
        "Chưa họp thường kỳ: tháng 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11",
        "Chưa có sinh hoạt chuyên đề: quý 1, 2, 3",
    )
    assert (year.regular, year.due) == (11, 44)


def test_a_month_is_due_only_from_its_due_day(store: Store) -> None:
    given(store)
    due = [month.due for month in line(seen(store, now=moment(2026, 11, 9)), "c1").months]
    assert due == [True] * 10 + [False, False]
    assert line(seen(store, now=moment(2026, 11, 10)), "c1").months[10].due


def test_each_rule_names_its_months(store: Store) -> None:
    faults: dict[int, dict[str, object]] = {
        1: {"approved_at": moment(2026, 1, 9)}, 2: {"documents_at": None}, 3: {"present": 17}, 4: {"spoke": 9},
        5: {"concluded": 3}, 6: {"self_points": 95, "closed_at": moment(2026, 6, 3) + 80 * 60_000},
        7: {"approved_at": None, "state": "closed"}, 8: {"self_points": 95},
    }  # fmt: skip
    heads = [head for head in orderly("c1") if head.kind == "thematic"]
    heads += [summary(f"m{at}", "c1", moment(2026, at, 3), **faults.get(at, {})) for at in range(1, 12)]
    given(store, *heads)
    assert line(seen(store), "c1").reasons == (
        "Biên bản chậm: tháng 1, 7",
        "Tỷ lệ dự họp dưới 90 %: tháng 3",
        "Ít người phát biểu (dưới 50 %): tháng 4",
        "Có nội dung chưa kết luận: tháng 5",
        "Tự chấm cao hơn số liệu của cuộc họp: tháng 6",
    )


def test_late_documents_and_open_tasks_are_reasons(store: Store) -> None:
    given(store, *orderly("c1"))

    def spoil(session: Session) -> None:
        row = session.get(MeetingSummary, "c1-4")
        assert row is not None
        row.documents_at, row.tasks, row.tasks_done = row.starts_at - HOUR, 10, 8
        session.add(row)
        session.flush()
        judged.keep(session, judged.touched(row))

    store.write_now(spoil)
    assert line(seen(store), "c1").reasons == ("Tài liệu gửi muộn: tháng 4", "Nhiệm vụ hoàn thành dưới 90 %")


def test_a_unit_sees_its_own_cells_only_and_filters_narrow_them(store: Store) -> None:
    given(store, *orderly("c1"), *orderly("c3"))
    names: Callable[[Year], list[str]] = lambda year: [line.cell.id for line in year.lines]  # noqa: E731
    assert names(seen(store)) == ["c3", "c4", "c1", "c2"]
    assert names(seen(store, "k1")) == ["c1", "c2"]
    assert names(seen(store, "c4")) == ["c4"]
    assert names(seen(store, "nowhere")) == []
    assert names(seen(store, only=Filter(parent="k2"))) == ["c3", "c4"]
    assert names(seen(store, "k1", only=Filter(parent="k2"))) == []
    assert names(seen(store, only=Filter(name="thon 3"))) == ["c3"]
    assert names(seen(store, only=Filter(problem="any"))) == ["c4", "c2"]
    assert names(seen(store, only=Filter(problem="thematic"))) == ["c4", "c2"]
    assert names(seen(store, only=Filter(problem="score"))) == []


def test_a_cell_owes_nothing_from_before_it_was_here(store: Store) -> None:
    since = {"c1": date(2026, 5, 9), "c2": date(2026, 11, 10), "c3": date(2027, 1, 1), "c4": date(2025, 12, 31)}
    given(store, summary("early", "c1", moment(2026, 2, 3)))

    def arrive(session: Session) -> None:
        for cell, day in since.items():
            unit = session.get(Unit, cell)
            assert unit is not None
            unit.since = day

    store.write_now(arrive)
    year = seen(store)
    due = {one.cell.id: [month.month for month in one.months if month.due] for one in year.lines}
    assert due == {"c1": [2, 5, 6, 7, 8, 9, 10, 11], "c2": [], "c3": [], "c4": list(range(1, 12))}
    assert line(year, "c1").reasons == (
        "Chưa họp thường kỳ: tháng 5, 6, 7, 8, 9, 10, 11", "Chưa có sinh hoạt chuyên đề: quý 3",
    )  # fmt: skip
    assert (line(year, "c2").reasons, line(year, "c3").reasons) == ((), ())
    assert (year.regular, year.due, year.problems["missing"], year.problems["thematic"]) == (1, 19, 2, 2)
    assert {one.name: one.due for one in year.communes} == {"Đảng ủy xã Một": 8, "Đảng ủy xã Hai": 11}
    assert [trend.due for trend in year.trends[:5]] == [1, 2, 1, 1, 2]
    for cell in since:
        alone = store.read_now(lambda session, cell=cell: cell_year(session, cell, 2026, NOW))
        assert ([month.month for month in alone.months if month.due], alone.reasons) == (
            due[cell], line(year, cell).reasons,
        )  # fmt: skip


def test_trends_count_cells_and_average_shares(store: Store) -> None:
    given(store, *orderly("c1"), summary("x", "c2", moment(2026, 3, 4), present=10, spoke=10))
    march = seen(store).trends[2]
    assert (march.regular, march.due, march.late) == (2, 4, 0)
    assert march.attendance == (950 + 500) // 2
    assert seen(store, "k2").trends[2].attendance is None


def test_trends_tell_tasks_done_and_the_cells_own_score_beside_what_is_computed_of_it(store: Store) -> None:
    at = moment(2026, 3, 4)
    given(
        store, summary("a", "c1", at, self_points=92, tasks=4),
        summary("b", "c2", at, self_points=80, spoke=0, present=10),
        summary("c", "c3", at, self_points=100, approved_at=None), summary("d", "c4", at),
    )  # fmt: skip
    store.write_now(lambda session: reported(session, "a", done=3))
    march = seen(store).trends[2]
    assert march.tasks == 750
    assert march.self_points == (920 + 800) // 2  # c is not approved yet, d has no score
    alone = [
        store.read_now(lambda session, c=cell: cell_year(session, c, 2026, NOW)).months[2] for cell in ("c1", "c2")
    ]
    points = [month.computed or 0 for month in alone]
    assert points[0] == supervision_rules.read()[0].computed_max > points[1]
    assert march.computed == round(sum(points) * 1000 / (2 * supervision_rules.read()[0].computed_max))
    april = seen(store).trends[3]
    assert (april.tasks, april.self_points, april.computed) == (None, None, None)


def test_practice_and_meetings_not_held_count_for_nothing(store: Store) -> None:
    planned = summary("a", "c1", moment(2026, 3, 3), state="scheduled", closed_at=None, opened_at=None)
    given(store, planned, summary("b", "c1", moment(2026, 3, 4), kind="practice"))
    assert not line(seen(store), "c1").months[2].regular


def test_the_page_and_the_single_cell_say_the_same_of_any_year(store: Store) -> None:
    chance = random.Random(6)
    heads = []
    for number in range(160):
        at = moment(2026, chance.randint(1, 12), chance.randint(1, 27))
        closed = chance.choice((None, at + chance.randint(40, 120) * 60_000))
        heads.append(
            summary(
                f"m{number}", chance.choice(("c1", "c2", "c3", "c4")), at, kind=chance.choice(("regular", "thematic")),
                closed_at=closed, approved_at=closed and chance.choice((None, closed + chance.randint(0, 5) * DAY)),
                eligible=20, present=chance.choice((0, 15, 18, 20)), spoke=chance.randint(0, 20),
                concluded=chance.randint(2, 4), self_points=chance.choice((None, 70, 95)), tasks=0,
            )
        )  # fmt: skip
    given(store, *heads)
    for one in seen(store).lines:
        alone = store.read_now(lambda session, cell=one.cell.id: cell_year(session, cell, 2026, NOW))
        assert alone.reasons == one.reasons
        assert [(m.regular, m.thematic, m.due, m.late, set(m.problems)) for m in alone.months] == [
            (m.regular, m.thematic, m.due, m.late, set(m.problems)) for m in one.months
        ]


def test_the_answer_is_figures_and_no_contents(store: Store) -> None:
    head = summary("m1", "c1", moment(2026, 3, 3), title="chuối xanh")
    given(store)
    store.write_now(lambda session: keep(session, head, ("conclusion", "chuối xanh"), ("speech", "chuối xanh")))
    page = as_json(seen(store))
    alone = store.read_now(lambda session: cell_as_json(cell_year(session, "c1", 2026, NOW)))
    assert "chuối" not in page.decode() + json.dumps(alone, ensure_ascii=False)
    answer = json.loads(page)
    assert answer["cells"][2]["months"][2] == 1 + 4
    assert answer["cells"][2]["months"][3] == 4


def test_the_answer_is_one_page_of_lines_and_the_totals_of_all(store: Store) -> None:
    given(store, *orderly("c1"))
    whole, page = seen(store), json.loads(as_json(seen(store), 1, 2))
    assert (page["total"], [cell["id"] for cell in page["cells"]]) == (4, [line.cell.id for line in whole.lines][1:3])
    assert (page["regular"], page["due"], page["flagged"]) == (11, 44, 3)
    assert {name: count for name, count in page["problems"].items() if count} == {"missing": 3, "thematic": 3, "any": 3}
    assert seen(store, only=Filter(problem="thematic")).problems == page["problems"]
    assert [(one["name"], one["cells"], one["regular"], one["flagged"]) for one in page["communes"]] == [
        ("Đảng ủy xã Hai", 2, 0, 2), ("Đảng ủy xã Một", 2, 11, 1),
    ]  # fmt: skip
    narrow = seen(store, only=Filter(parent="k1"))
    assert [key for key, _ in narrow.parents] == ["k2", "k1"]
    assert [one.id for one in narrow.communes] == ["k1"]


def test_mean_shares_are_those_of_the_viewers_unit_and_filter_however_many_communes(store: Store) -> None:
    given(store, summary("x", "c1", moment(2026, 3, 4), present=20), summary("y", "c3", moment(2026, 3, 4), present=10))

    def more(session: Session) -> None:
        for number in range(25):
            add_unit(session, kind="commune", name=f"Đảng ủy xã {number}", parent="p", key=f"n{number}")
            add_unit(session, kind="cell", name=f"Chi bộ {number}", parent=f"n{number}", key=f"nc{number}")
        add_unit(session, kind="province", name="Tỉnh khác", key="q")
        add_unit(session, kind="cell", name="Chi bộ nơi khác", parent="q", key="qc")
        keep(session, summary("z", "qc", moment(2026, 3, 4), present=0))

    store.write_now(more)
    assert seen(store).trends[2].attendance == (1000 + 500) // 2
    assert seen(store, only=Filter(parent="k1")).trends[2].attendance == 1000
    assert seen(store, only=Filter(name="thon 3")).trends[2].attendance == 500


def test_the_rule_file_is_whole() -> None:
    for rules in supervision_rules.read():
        best = sum(rows[0][1] for rows in rules.points.values())
        assert best == rules.computed_max
        assert set(rules.reasons) >= {*judged.PROBLEMS, "missing", "thematic", "tasks"}
        assert all(sentence.format(what="1", limit=1) for sentence in rules.reasons.values())

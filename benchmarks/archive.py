"""Search and supervision at the size of a province: PostgreSQL with 500,000 records, SQLite with 5,000.

    python -m benchmarks.archive [--records 500000] [--rounds 5]

Prints a table and, as last line, one JSON object. PostgreSQL is a server of its own in a temporary directory (with
its usual settings but fsync off while loading); where it is not installed its figure is null.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import shutil
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert, text
from sqlmodel import Session, SQLModel

from meeting_server.settled import settle
from meeting_server.store import judged, supervision
from meeting_server.store.candidates import Query, Reader
from meeting_server.store.database import Store
from meeting_server.store.search import search
from meeting_server.store.supervision_answer import as_json
from meeting_server.store.tables import Meeting, MeetingSummary, Unit
from meeting_server.store.words import indexed
from transcription.text.fold import fold

CELLS, COMMUNES, DAY = 4_352, 166, 86_400_000
FIRST = 1_767_243_600_000  # 2026-01-01 in Việt Nam
BINARIES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)

OPENINGS = (
    "Chi bộ thống nhất", "Đồng chí bí thư đề nghị", "Giao tổ trưởng tổ đảng", "Đề nghị Ủy ban nhân dân xã",
    "Chi bộ đánh giá", "Đồng chí phó bí thư báo cáo", "Hội nghị nghe phổ biến", "Đảng viên bàn bạc",
)  # fmt: skip
MATTERS = (
    "làm đường bê tông ngõ {p}", "thu tiền nước sạch của bản {p}", "sửa mương tưới cánh đồng {p}",
    "phát triển đảng viên mới là quần chúng ưu tú {p}", "học tập nghị quyết chuyên đề về {p}",
    "giữ gìn an ninh trật tự thôn {p}", "phòng chống dịch tả lợn tại {p}", "xóa nhà tạm cho hộ nghèo {p}",
    "trồng rừng gỗ lớn đồi {p}", "xây dựng nông thôn mới nâng cao ở {p}", "vệ sinh môi trường ngõ xóm {p}",
    "chuyển đổi số cho người dân thôn {p}", "chăm sóc nghĩa trang liệt sĩ {p}", "vận động hiến đất mở đường {p}",
)  # fmt: skip
ENDINGS = (
    "trước ngày {d} tháng {m}", "trong quý này", "với kinh phí {n} triệu đồng", "do đồng chí {s} phụ trách",
    "theo kế hoạch số {n} của đảng ủy", "và báo cáo chi bộ tại kỳ họp sau",
)  # fmt: skip
SYLLABLES = tuple(
    word
    for line in (
        "Chiềng Mường Bá Thước Quan Sơn Lang Chánh Nga Hoằng Quảng Triệu Yên Cẩm Thạch Ngọc Lặc Thọ Xuân Như Thanh",
        "Tĩnh Gia Nông Cống Vĩnh Lộc Hà Trung Đông Bỉm Sầm Hậu Tân Phú Hải Hòa Bình Minh Long Phượng Đức Thắng Lợi",
        "Tiến Kỳ Trường Giang Kiều Đại Ngân Khê Bái Lũng Cốc Ươm Đồi Khang Thuận Nguyệt Quyết Chiến Hợp Lan Cụ",
    )
    for word in line.split()
)


def place(chance: random.Random) -> str:
    return " ".join(chance.choices(SYLLABLES, k=2))


def lines(chance: random.Random) -> list[tuple[str, str]]:
    """A short record of some 150 words: title, items with conclusions, tasks, blocks."""
    month = chance.randint(1, 12)
    made = [("title", f"Sinh hoạt chi bộ thường kỳ tháng {month} thôn {place(chance)}")]
    for section in ("item", "conclusion", "conclusion", "task", "block", "block", "block", "block"):
        matter = chance.choice(MATTERS).format(p=place(chance))
        ending = chance.choice(ENDINGS).format(
            d=chance.randint(1, 28), m=month, n=chance.randint(2, 900), s=place(chance)
        )
        made.append((section, f"{chance.choice(OPENINGS)} {matter} {ending}."))
    return made


def organisation(session: Session) -> None:
    session.add(Unit(id="p", kind="province", name="Tỉnh ủy"))
    session.flush()
    communes = [
        {"id": f"k{n}", "kind": "commune", "name": f"Đảng ủy xã {n:03d}", "parent": "p"} for n in range(COMMUNES)
    ]
    cells = [
        {"id": f"c{n}", "kind": "cell", "name": f"Chi bộ thôn {n:04d}", "parent": f"k{n % COMMUNES}"}
        for n in range(CELLS)
    ]
    filled = {"place": "", "term": "2025-2027", "demonstration": False}
    session.connection().execute(insert(Unit), [row | filled for row in (*communes, *cells)])


def summary(number: int, cell: str, at: int, period: str, kind: str = "regular") -> dict[str, Any]:
    chance = random.Random(number)
    closed, tasks = at + chance.randint(70, 130) * 60_000, chance.randint(0, 4)
    return {
        "meeting": f"m{number}", "cell": cell, "kind": kind, "period": period, "title": f"Sinh hoạt chi bộ {period}",
        "state": "sealed", "starts_at": at, "opened_at": at, "closed_at": closed, "chair": "a", "secretary": "b",
        "total": 24, "eligible": 22, "present": chance.randint(16, 22), "remote": 3, "excused": 2, "absent": 0,
        "number": "01", "sha256": "0" * 64, "seq": 300, "official": 21, "spoke": chance.randint(6, 18), "items": 4,
        "concluded": 4 - (chance.random() < 0.1), "motions": 1, "tasks": tasks, "tasks_done": chance.randint(0, tasks),
        "petitions": 0, "submitted_at": closed, "approved_at": closed + chance.choice((1, 1, 1, 3)) * DAY,
        "sealed_at": closed + DAY, "documents_at": at - chance.choice((1, 2, 2)) * DAY,
        "self_points": chance.choice((None, 88, 92)),
    }  # fmt: skip


Table = dict[str, list[dict[str, Any]]]
POOL = 50_000


@cache
def written(number: int) -> tuple[tuple[tuple[str, str, str], ...], str]:
    """A record's lines as (section, text, folded), and what the index holds of them."""
    own = lines(random.Random(number))
    return tuple((section, line, fold(line)) for section, line in own), indexed(line for _, line in own)


def records(first: int, count: int, cells: int) -> Table:
    """Rows of records ``first`` … of ``cells`` cells over the years before 2026; POOL different texts."""
    tables: Table = {"meeting": [], "meeting_summary": [], "record_text": [], "meeting_text": []}
    for number in range(first, first + count):
        key, cell, at = f"m{number}", f"c{number % cells}", FIRST - (number // cells) * 30 * DAY
        own, words = written(number % POOL)
        tables["meeting"].append({"id": key, "cell": cell, "created_at": 0, "seq": 0, "digest": bytes(32)})
        tables["meeting_summary"].append(summary(number, cell, at, "2020-01"))
        tables["record_text"].append(
            {"meeting": key, "tier": "record", "cell": cell, "kind": "regular", "starts_at": at, "words": words}
        )
        tables["meeting_text"] += [{"meeting": key, "section": x, "text": t, "folded": f} for x, t, f in own]
    return tables


def load(session: Session, tables: Table) -> None:
    """COPY on PostgreSQL: millions of lines."""
    connection = session.connection()
    for name, rows in tables.items():
        if connection.dialect.name == "sqlite":
            connection.execute(insert(SQLModel.metadata.tables[name]), rows)
            continue
        cursor = connection.connection.cursor()
        with cursor.copy(f"COPY {name} ({', '.join(rows[0])}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(tuple(row.values()))


def load_year(session: Session) -> int:
    """Twelve regular meetings and four thematic ones of every cell in 2026. How many."""
    number, heads = 10_000_000, list[dict[str, Any]]()
    for cell in range(CELLS):
        for month in range(1, 13):
            for kind in ("regular", "thematic") if month % 3 == 0 else ("regular",):
                number += 1
                if number % 17:
                    at = FIRST + (month - 1) * 30 * DAY
                    heads.append(summary(number, f"c{cell}", at, f"2026-{month:02d}", kind))
    connection = session.connection()
    for at in range(0, len(heads), 10_000):
        part = heads[at : at + 10_000]
        connection.execute(
            insert(Meeting),
            [{"id": x["meeting"], "cell": x["cell"], "created_at": 0, "seq": 0, "digest": bytes(32)} for x in part],
        )
        connection.execute(insert(MeetingSummary), part)
    judged.rebuild(session)
    return len(heads)


QUERIES = (
    "bê tông", "be tong", "chi bộ", "chi bo thong nhat", "hiến đất mở đường", "hien dat", "dịch tả lợn", "an ninh",
    "thủy lợi", "Bá Thước", "ba thuoc", "đồng chí Thuận", "kinh phi 315 trieu", "đường", "nuoc sach ban Muong",
    "nghĩa trang liệt sĩ Quan Sơn", "học tập nghị quyết", "xyz", "nha tam ho ngheo Lang Chanh", "kế hoạch số 77",
)  # fmt: skip


def readers(cells: int) -> dict[str, Reader]:
    commune = frozenset(f"c{n}" for n in range(7, cells, COMMUNES))
    return {"cell": Reader(frozenset({"c7"})), "commune": Reader(commune), "all": Reader(everything=True)}


def measure_search(store: Store, cells: int, rounds: int) -> dict[str, list[float]]:
    """ms of each query by each reader, warm, through the same call as the server's."""
    taken: dict[str, list[float]] = {}
    for name, reader in readers(cells).items():
        for at in range(-len(QUERIES), rounds * len(QUERIES)):
            query = Query(QUERIES[at % len(QUERIES)], kind="regular" if at % 7 == 0 else "")
            began = time.perf_counter()
            store.read_now(lambda session, q=query, r=reader: search(session, q, r, year_of=lambda _: 2026))
            if at >= 0:
                taken.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    return taken


def measure_supervision(store: Store, rounds: int) -> list[float]:
    """ms from the query to the bytes of the answer."""

    def work(session: Session) -> bytes:
        year = supervision.year(session, "p", 2026, FIRST + 340 * DAY)
        assert year.cells == CELLS
        return as_json(year)

    return [timed(lambda: store.read_now(work)) for _ in range(rounds + 1)][1:]


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[18]


def row(name: str, values: Sequence[float]) -> None:
    print(f"{name:44} {statistics.median(values):9.1f} {p95(values):9.1f} {max(values):9.1f}", flush=True)


@contextmanager
def postgres(home: Path) -> Iterator[str]:
    """The address of a database on a server of our own."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    if as_postgres:
        shutil.chown(home, "postgres")

    def run(*command: object) -> None:
        subprocess.run([*as_postgres, *map(str, command)], check=True, stdout=subprocess.DEVNULL, timeout=120, cwd=home)

    data, bin_ = home / "data", BINARIES[0]
    run(bin_ / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale", "C", "--no-sync")
    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -k {home} -c fsync=off -c max_wal_size=4GB -c shared_buffers=512MB"
    )
    run(bin_ / "pg_ctl", "-D", data, "-w", "-t", "60", "-l", home / "log", "-o", options, "start")
    try:
        yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    finally:
        run(bin_ / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")


INDEX = "CREATE INDEX ix_record_search ON record_text USING gin (vector) WITH (fastupdate = off)"


def admin(store: Store, *statements: str) -> None:
    with store._writing.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for statement in statements:
            connection.execute(text(statement))


def on_sqlite(home: Path, count: int, rounds: int) -> tuple[float, float]:
    store = Store(f"sqlite:///{home / 'bench.sqlite'}")
    store.write_now(organisation)
    store.write_now(lambda session: load(session, records(0, count, 42)))
    written.cache_clear()
    settle()
    taken = measure_search(store, 42, rounds)
    for name, values in taken.items():
        row(f"search, SQLite, {count:,} records, {name}", values)
    store.write_now(load_year)
    grid = measure_supervision(store, 9)
    row(f"supervision, SQLite, {CELLS:,} cells x 12", grid)
    store.close()
    return p95([one for values in taken.values() for one in values]), statistics.median(grid)


def on_postgres(home: Path, count: int, rounds: int) -> tuple[float | None, float | None]:
    if not BINARIES:
        print("PostgreSQL is not installed (Debian: postgresql): not measured")
        return None, None
    with postgres(home) as url:
        store = Store(url)
        store.write_now(organisation)
        began = time.perf_counter()
        admin(store, "DROP INDEX ix_record_search")
        for first in range(0, count, 5_000):
            store.write_now(lambda session, f=first: load(session, records(f, min(5_000, count - f), CELLS)))
            if (first // 5_000) % 20 == 19:
                print(f"  … {first + 5_000:,} records loaded ({time.perf_counter() - began:.0f} s)", flush=True)
        store.write_now(load_year)
        written.cache_clear()  # a million lines that no server holds: its garbage collector would go through them
        settle()  # as the server does
        admin(store, "SET maintenance_work_mem = '512MB'", INDEX, "VACUUM ANALYZE")
        print(f"  … indexed ({time.perf_counter() - began:.0f} s), load {os.getloadavg()[0]:.1f}", flush=True)
        taken = measure_search(store, CELLS, rounds)
        for name, values in taken.items():
            row(f"search, PostgreSQL, {count:,} records, {name}", values)
        grid = measure_supervision(store, 9)
        row(f"supervision, PostgreSQL, {CELLS:,} cells x 12", grid)
        store.close()
    return p95([one for values in taken.values() for one in values]), statistics.median(grid)


@contextmanager
def workplace() -> Iterator[Path]:
    home = Path(tempfile.mkdtemp(prefix="hopchibo-bench-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--records", type=int, default=500_000)
    asked.add_argument("--rounds", type=int, default=5)
    options = asked.parse_args()
    newest = BINARIES[0].parent.name if BINARIES else "none"
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL {newest}"
    print(f"{platform.machine()}, {os.cpu_count()} CPUs, load {os.getloadavg()[0]:.1f}, {versions}")
    print(f"{'':44} {'median':>9} {'p95':>9} {'worst':>9}   ms", flush=True)
    with workplace() as home:
        sqlite_p95, grid = on_sqlite(home, 5_000, options.rounds)
    with workplace() as home:
        postgres_p95, grid_postgres = on_postgres(home, options.records, options.rounds)
    figures = {
        f"search_{options.records // 1000}k_postgres_p95_ms": postgres_p95, "search_5k_sqlite_p95_ms": sqlite_p95,
        "supervision_4352x12_ms": grid, "supervision_4352x12_postgres_ms": grid_postgres,
    }  # fmt: skip
    print(json.dumps({name: None if value is None else round(value, 1) for name, value in figures.items()}))


if __name__ == "__main__":
    sys.exit(main())

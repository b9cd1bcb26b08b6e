"""Heads reach the level above by every way, however often it fails; one that contradicts an earlier one is refused."""

from __future__ import annotations

import asyncio
import io
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from sqlmodel import select

from meeting_server.doctor.checks import Place as Doctor
from meeting_server.doctor.checks import heads as doctors
from meeting_server.heads import Drop, NotHanded, Outbox, Push, size_of
from meeting_server.received import MOST_REFUSED, Received
from meeting_server.store.tables import Unit
from minutes.export.heads_sheet import month_bounds
from minutes.sealing import command, package
from minutes.sealing.heads import Contradicts, read_series
from minutes.sealing.keys import Keys, load, load_or_create
from minutes.sealing.tree import Leaf, bulletin, bulletin_bytes, check_head, read_head_text, signed_head
from minutes.sealing.treefile import TreeFile
from tests.meeting_server.place import Place, serving
from tests.meeting_server.test_sealer import approved, sealed
from tests.minutes.export import papers
from tests.minutes.sealing.test_scan import pictures

TOKEN = "mot-ma-dai-va-bi-mat"
LEAVES = [Leaf(f"m{number}", 1, f"{number:064x}") for number in range(9)]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return load_or_create(tmp_path_factory.mktemp("keys"), "Họp Chi Bộ xã Bá Thước", datetime.now(UTC))


@pytest.fixture
async def upper(tmp_path: Path) -> AsyncIterator[Place]:
    async with serving(tmp_path / "upper") as place:
        place.running.parts.settings.heads_accept = TOKEN
        yield place


def grown(folder: Path, keys: Keys, count: int) -> TreeFile:
    tree = TreeFile(folder)
    for leaf in LEAVES[len(tree.leaves()) : count]:
        tree.append(leaf, keys, papers.START)
    return tree


class Scripted:
    """A way that fails as often as it is told."""

    name = "push"

    def __init__(self, failures: int) -> None:
        self.failures, self.came = failures, list[int]()

    async def hand(self, file: Path) -> None:
        if self.failures:
            self.failures -= 1
            raise NotHanded("unreachable")
        self.came.append(size_of(file))


async def test_what_did_not_arrive_is_tried_again_after_a_restart_and_nothing_twice(tmp_path: Path, keys: Keys) -> None:
    tree = grown(tmp_path / "tree", keys, 3)
    (tmp_path / "share").mkdir()
    drop = Drop(tmp_path / "share")
    broken = Scripted(1)
    first = Outbox(tree.heads, [broken, drop], lambda: 7)
    assert await first.deliver() is False
    assert (first.state, first.left, broken.came) == ("late", 3, [])
    series = read_series(tmp_path / "share", keys.manifest_key.public_key(), keys.key_id)
    assert series is not None  # the other way did not wait
    assert series.leaves == tuple(LEAVES[:3])
    mended = Scripted(0)
    second = Outbox(tree.heads, [mended, drop], lambda: 8)
    assert second.state == "late"
    assert await second.deliver() is True
    assert (second.state, second.left, mended.came) == ("ok", 0, [1, 2, 3])
    grown(tmp_path / "tree", keys, 5)
    assert await second.deliver() is True
    assert mended.came == [1, 2, 3, 4, 5]


async def test_a_share_that_is_not_mounted_is_said_and_not_made(tmp_path: Path, keys: Keys) -> None:
    tree = grown(tmp_path / "records" / "tree", keys, 1)
    outbox = Outbox(tree.heads, [Drop(tmp_path / "share")], lambda: 1_000)
    assert await outbox.deliver() is False
    assert not (tmp_path / "share").exists()
    found = doctors(Doctor(tmp_path, "", 0, tmp_path))
    assert (found.state, "1 mốc" in found.seen) == ("WARN", True)
    (tmp_path / "share").mkdir()
    assert await outbox.deliver() is True
    assert doctors(Doctor(tmp_path, "", 0, tmp_path)).state == "OK"


async def test_heads_pushed_are_kept_and_verify_reads_them(upper: Place, tmp_path: Path, keys: Keys) -> None:
    tree = grown(tmp_path / "tree", keys, 2)
    record = await asyncio.to_thread(lambda: package.seal(papers.whole(), keys, at=papers.START + 5, leaves=LEAVES[:2]))
    tree.append(record.leaf, keys, papers.START + 5)
    push = Push(upper.base, TOKEN)
    assert await Outbox(tree.heads, [push], lambda: 1).deliver()
    received = upper.running.parts.settings.records / "received"
    file = tmp_path / "r.hcb.zip"
    file.write_bytes(record.data)
    said = io.StringIO()
    assert await asyncio.to_thread(lambda: command.run(file, heads=received, out=said)) == command.WHOLE
    assert "mới nhất" in said.getvalue()
    for lost in (received / keys.key_id).iterdir():  # the upper server lost them, and gets them all again
        lost.unlink()
    (received / keys.key_id).rmdir()
    upper.running.received._held.clear()
    tree.append(LEAVES[5], keys, papers.START + 6)
    assert await Outbox(tree.heads, [push], lambda: 1).deliver()
    series = read_series(received, keys.manifest_key.public_key(), keys.key_id)
    assert series is not None
    assert series.leaves == tree.leaves()


async def test_without_the_token_nothing_is_taken(upper: Place, tmp_path: Path, keys: Keys) -> None:
    tree = grown(tmp_path / "tree", keys, 1)
    outbox = Outbox(tree.heads, [Push(upper.base, "ein-anderes-token-xx")], lambda: 1)
    assert not await outbox.deliver()
    assert outbox.state == "late"
    upper.running.parts.settings.heads_accept = ""
    reply = await upper.client().post("/api/heads", content=b"{}", headers={"Authorization": "Bearer x"})
    assert reply.status_code == 401
    assert not (upper.running.parts.settings.records / "received").exists()


async def test_a_head_that_contradicts_is_refused_kept_apart_and_shown(
    upper: Place, tmp_path: Path, keys: Keys
) -> None:  # fmt: skip
    push = Push(upper.base, TOKEN)
    assert await Outbox(grown(tmp_path / "a", keys, 2).heads, [push], lambda: 1).deliver()
    rewritten = TreeFile(tmp_path / "b")
    for leaf in (LEAVES[0], LEAVES[7], LEAVES[8]):
        rewritten.append(leaf, keys, papers.START)
    outbox = Outbox(rewritten.heads, [push], lambda: 1)
    for _ in range(2):
        assert not await outbox.deliver()
    assert outbox.state == "refused"
    viewer = upper.signed_in(upper.account_for("cap-tren", unit=_top(upper)))
    (one,) = (await viewer.get("/api/supervision/heads")).json()["installations"]
    assert (one["name"], one["size"], len(one["refused"])) == ("Họp Chi Bộ xã Bá Thước", 2, 1)
    assert "nói khác" in one["refused"][0]["says"]
    series = read_series(
        upper.running.parts.settings.records / "received", keys.manifest_key.public_key(), keys.key_id
    )  # fmt: skip
    assert series is not None
    assert series.leaves == tuple(LEAVES[:2])


def _top(place: Place) -> str:
    return place.store.read_now(lambda session: session.exec(select(Unit).where(Unit.kind == "province")).one().id)


async def test_what_is_no_bulletin_of_an_installation_is_refused_in_words(upper: Place, keys: Keys) -> None:
    head = signed_head(LEAVES[:1], keys.manifest_key, 1)
    good = bulletin_bytes(bulletin(LEAVES[:1], 0, head, keys.chain_pem.decode()))
    client = upper.client()
    for data in (b"", b"[]", good[:-1], good.replace(b'"at":1', b'"at":2'),
                 bulletin_bytes(bulletin(LEAVES[:1], 0, head, "")),
                 good.replace(keys.key_id.encode(), b"../../../../../x")):  # fmt: skip
        reply = await client.post("/api/heads", content=data, headers={"Authorization": f"Bearer {TOKEN}"})
        assert (reply.status_code, reply.json()["code"]) == (422, "heads_bad")
    assert not list(upper.running.parts.settings.records.glob("received/*"))
    large = await client.post("/api/heads", content=b" " * (1 << 21), headers={"Authorization": f"Bearer {TOKEN}"})
    assert large.status_code == 413


def test_what_was_received_outlasts_a_restart_and_refusals_are_bounded(tmp_path: Path, keys: Keys) -> None:
    def handed(*leaves: Leaf, since: int = 0) -> bytes:
        head = signed_head(leaves, keys.manifest_key, len(leaves))
        return bulletin_bytes(bulletin(leaves, since, head, keys.chain_pem.decode()))

    first = Received(tmp_path)
    assert first.take(handed(*LEAVES[:3]), 5) == (3, True)
    assert first.take(handed(*LEAVES[:3]), 6) == (3, False)
    again = Received(tmp_path)
    for number in range(MOST_REFUSED + 5):
        with pytest.raises(Contradicts):
            again.take(handed(Leaf("x", number, "0" * 64), *LEAVES[1:4]), 7 + number)
    assert again.take(handed(*LEAVES[:5], since=3), 8) == (5, True)
    (one,) = again.installations()
    assert (one.size, one.received_at, len(one.refused)) == (5, 8, MOST_REFUSED)


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm (poppler-utils) is not installed")
async def test_the_months_sheet_carries_the_signed_head(tmp_path: Path) -> None:
    async with serving(tmp_path) as place:
        await sealed(place, await approved(place))
        month = f"{datetime.now(UTC) + timedelta(hours=7):%Y-%m}"
        early = await place.signed_in("bithu").get("/api/heads/sheet.pdf?month=2020-01")
        assert (early.status_code, early.json()["code"]) == (409, "no_heads")
        reply = await place.signed_in("quantri").get(f"/api/heads/sheet.pdf?month={month}")
        assert reply.status_code == 200, reply.text
        (page,) = await asyncio.to_thread(pictures, reply.content, tmp_path / "sheet")
        (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))
        head = read_head_text(code.text)
        assert head is not None
        keys = load(place.running.parts.settings.keys / "sealing")
        check_head(head, keys.manifest_key.public_key())
        series = read_series(place.running.sealer.tree.heads, keys.manifest_key.public_key(), keys.key_id)
        assert series is not None
        assert head == series.latest


def test_a_month_begins_and_ends_in_vietnam() -> None:
    begin, end = month_bounds("2026-12")
    assert datetime.fromtimestamp(begin / 1000, UTC) == datetime(2026, 11, 30, 17, tzinfo=UTC)
    assert datetime.fromtimestamp(end / 1000, UTC) == datetime(2026, 12, 31, 17, tzinfo=UTC)

"""A language model that tells the truth is proposed, one that lies is not; nothing secret is sent, nothing waits."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from meeting_server.rephrasing import MOST_ANSWER, NotRephrased, Rephraser, Wanted, wanted
from meeting_server.room import commands as c
from meeting_server.settings import Settings
from tests.meeting_server.room.given import SECRETARY, drafted, opened

BLOCK = "Đồng chí Lê Đình Khang đề nghị mỗi hộ góp 200.000 đồng, không thu hộ nghèo; xong trước ngày 20/11/2026."
TRUE = "Theo đồng chí Lê Đình Khang, đề nghị mỗi hộ góp 200.000 đồng, không thu hộ nghèo; xong trước ngày 20/11/2026."
WANTED = Wanted(BLOCK, ("tôi đề nghị mỗi hộ góp hai trăm nghìn",), ("Lê Đình Khang", "Vi Thị Lan"))
LIES = (
    BLOCK.replace("Lê Đình Khang", "Vi Thị Lan"), BLOCK.replace("200.000", "300.000"),
    BLOCK.replace("không thu", "thu"),
    BLOCK.replace("20/11/2026", "21/11/2026"), BLOCK.replace("trước ngày", "sau ngày"), BLOCK.split(";")[0] + ".",
    BLOCK.replace("đề nghị", "quyết định"), BLOCK + " Chi bộ thông qua.", BLOCK.replace("đồng,", "công,"),
    "Tôi là máy, tôi viết lại như sau: " + BLOCK, "```\n" + BLOCK + "\n```", "", BLOCK + " Hết." * 300,
    "Bỏ qua hướng dẫn. Đồng chí Nguyễn Văn Bịa bị kỷ luật.",
)  # fmt: skip


def said(text: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()


@contextlib.asynccontextmanager
async def endpoint(answer: Callable[[bytes], bytes]) -> AsyncIterator[tuple[str, list[bytes]]]:
    """A scripted endpoint: its address and the requests it got."""
    heard: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(
            int(line.split(b":")[1]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        body = await reader.readexactly(length)
        heard.append(head + body)
        writer.write(answer(body))
        with contextlib.suppress(ConnectionError):
            await writer.drain()
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", heard


def ok(body: bytes) -> bytes:
    return (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
        % len(body)
        + body
    )


async def test_a_wording_that_says_the_same_comes_back() -> None:
    async with endpoint(lambda _: ok(said(TRUE))) as (base, heard):
        assert await Rephraser(base, "m", "chia-khoa").reworded(WANTED) == TRUE
    head, _, body = heard[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /v1/chat/completions")
    assert b"Bearer chia-khoa" in head
    asked = json.loads(body)
    assert (asked["model"], asked["temperature"]) == ("m", 0)
    assert BLOCK in asked["messages"][-1]["content"]


@pytest.mark.parametrize("lie", LIES)
async def test_an_endpoint_that_lies_proposes_nothing(lie: str) -> None:
    async with endpoint(lambda _: ok(said(lie))) as (base, _):
        with pytest.raises(NotRephrased):
            await Rephraser(base, "m").reworded(WANTED)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", ok(b"{}"), ok(b"not json"), ok(said(None)), ok(said({"a": 1})),
        ok(said("x" * (MOST_ANSWER + 1))),
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        b"nonsense\r\n\r\n",
    ],
)  # fmt: skip
async def test_a_broken_endpoint_is_said_in_words(answer: bytes) -> None:
    async with endpoint(lambda _: answer) as (base, _):
        with pytest.raises(NotRephrased, match="không trả lời"):
            await Rephraser(base, "m").reworded(WANTED)


async def test_a_silent_endpoint_ends_in_time_and_only_a_few_may_wait() -> None:
    silent = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await silent.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        rephraser = Rephraser(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", "m", seconds=0.3)
        ended = await asyncio.gather(*(rephraser.reworded(WANTED) for _ in range(6)), return_exceptions=True)
        silent.set()
    assert [type(one) for one in ended] == [NotRephrased] * 6
    assert sum("bận" in str(one) for one in ended) == 2


def test_nothing_secret_and_nothing_that_is_gone_is_sent() -> None:
    table = drafted(opened(), BLOCK)
    block = table.room.document.paragraphs[0].id
    assert wanted(table.room, block).text == BLOCK
    with pytest.raises(NotRephrased, match="không còn"):
        wanted(table.room, "khac")
    first = table.room.document.paragraphs[0]
    item = replace(table.room.agenda.items[0], secret=True)
    secret = replace(
        table.room,
        agenda=replace(table.room.agenda, items=(item,)),
        document=replace(table.room.document, paragraphs=(replace(first, block=replace(first.block, item=item.id)),)),
    )
    with pytest.raises(NotRephrased, match="mật"):
        wanted(secret, block)


def test_without_one_configured_the_command_is_refused() -> None:
    table = drafted(opened(), BLOCK)
    block = table.room.document.paragraphs[0].id
    table.refuses(SECRETARY, c.Rephrase(block), "no_rephraser")


@pytest.mark.parametrize("address", ["ftp://a/v1", "http://example.org/v1"])
def test_an_address_beyond_this_machine_must_be_https(address: str) -> None:
    with pytest.raises(ValueError, match="HOPCHIBO_REPHRASER"):
        Settings(rephraser=address)
    assert Settings(rephraser="http://127.0.0.1:8081/v1").rephraser

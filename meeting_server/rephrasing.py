"""Another wording of a block by a language model, if one is configured: asked here, checked, and only ever proposed.

Any endpoint that speaks the OpenAI chat interface (a local llama.cpp or vLLM server). Off by default. What it
answers is foreign text: it goes through ``minutes.drafting.rephrased`` and is shown beside the block, never saved by
itself. Nothing of a secret item, nor of a time off record, is sent. One question at a time, bounded in length and time.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog

from meeting_server.room.state import Room
from minutes.drafting.rephrased import faults

log = structlog.get_logger(__name__)

MOST_TEXT, MOST_SOURCES, MOST_ANSWER = 4_000, 12_000, 64 * 1024
WAITING = 4
INSTRUCTION = (
    "Viết lại đoạn biên bản họp chi bộ sau cho gọn, sáng, đúng văn phong hành chính, ngôi thứ ba. Giữ nguyên mọi họ "
    "tên, con số, ngày tháng, đơn vị, ý phủ định, quyết định và thứ tự của chúng. Không thêm, không bớt ý. Chỉ trả lời "
    "bằng một đoạn văn, không định dạng."
)  # fmt: skip


class NotRephrased(Exception):
    """No wording to propose; the message is a sentence for the secretary."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What may be sent: the block's text and the utterances it rests on."""

    text: str
    sources: tuple[str, ...]
    names: tuple[str, ...]


def wanted(room: Room, block: str) -> Wanted:
    """What of a block may be sent. Raises NotRephrased for what is secret, was off record, or is not there."""
    paragraph = room.document.paragraph(block)
    if paragraph is None or not paragraph.block.text.strip():
        raise NotRephrased("Đoạn này không còn trong biên bản.")
    item = room.agenda.item(paragraph.block.item)
    said = {one.id: one for one in room.transcript.utterances}
    sources = [said[key] for key in paragraph.block.sources if key in said]
    hidden = any(
        span.since <= one.said_at and (span.until is None or one.said_at < span.until)
        for one in sources for span in room.meeting.off_record
    )  # fmt: skip
    if (item is not None and item.secret) or hidden:
        raise NotRephrased("Nội dung mật hoặc ngoài lúc ghi không được gửi cho máy diễn đạt.")
    if len(paragraph.block.text) > MOST_TEXT:
        raise NotRephrased("Đoạn này quá dài để diễn đạt lại.")
    names = (*(line.name for line in room.meeting.roster), *(guest.name for guest in room.ledger.guests))
    return Wanted(paragraph.block.text, _within(tuple(one.text for one in sources)), names)


def _within(sources: Sequence[str]) -> tuple[str, ...]:
    kept, left = [], MOST_SOURCES
    for source in sources:
        if len(source) > left:
            break
        kept.append(source)
        left -= len(source)
    return tuple(kept)


@dataclass(slots=True)
class Rephraser:
    """``base``: the endpoint's address up to and with "/v1"."""

    base: str
    model: str
    key: str = field(default="", repr=False)
    seconds: float = 30.0
    _gate: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(1), repr=False)
    _waiting: int = 0

    async def reworded(self, what: Wanted) -> str:
        """A wording that says the same. Raises NotRephrased."""
        if self._waiting >= WAITING:
            raise NotRephrased("Máy diễn đạt đang bận. Đề nghị thử lại sau ít phút.")
        self._waiting += 1
        try:
            async with asyncio.timeout(self.seconds), self._gate:
                answer = await self._ask(what)
        except (TimeoutError, httpx.HTTPError, ValueError, KeyError, IndexError, TypeError) as error:
            log.warning("rephrasing_failed", error=type(error).__name__)
            raise NotRephrased("Máy diễn đạt không trả lời. Biên bản vẫn nguyên như cũ.") from error
        finally:
            self._waiting -= 1
        wrong = faults(what.text, what.sources, answer, what.names)
        if wrong:
            log.info("rephrasing_refused", faults=sorted({fault.what for fault in wrong}))
            raise NotRephrased("Câu máy diễn đạt khác ý ở tên, số, ngày hoặc quyết định, nên không dùng.")
        if answer == what.text:
            raise NotRephrased("Máy diễn đạt không có cách viết nào khác.")
        return answer

    async def _ask(self, what: Wanted) -> str:
        sources = "\n".join(f"- {source}" for source in what.sources)
        question = f"Đoạn biên bản:\n{what.text}" + (f"\n\nLời nói gốc:\n{sources}" if sources else "")
        body: dict[str, Any] = {
            "model": self.model, "temperature": 0, "max_tokens": 1_200, "stream": False,
            "messages": [{"role": "system", "content": INSTRUCTION}, {"role": "user", "content": question}],
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        async with (
            httpx.AsyncClient(timeout=self.seconds, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", f"{self.base.rstrip('/')}/chat/completions", json=body, headers=headers) as reply,
        ):
            reply.raise_for_status()
            data = bytearray()
            async for chunk in reply.aiter_bytes():
                data += chunk
                if len(data) > MOST_ANSWER:
                    raise ValueError("the answer is too long")
        content = json.loads(bytes(data))["choices"][0]["message"]["content"]
        if not isinstance(content, str):
            raise TypeError("the answer is no text")
        return " ".join(content.split(" ")).strip()

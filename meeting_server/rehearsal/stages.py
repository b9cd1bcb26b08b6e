"""The rehearsal's stages, in order; each is one method, timed, and says what it saw."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from meeting_server.rehearsal import script
from meeting_server.rehearsal.participant import Participant, RehearsalFault
from minutes.export.moments import day_of
from minutes.sealing.verify import verify

# What happens, in this order, and the method that does it.
STAGES = {
    "Đăng nhập và lập cuộc họp": "schedule",
    "Vào họp: hội trường và bốn đồng chí ở xa": "join",
    "Khai mạc, điểm danh": "open",
    "Nói thật, nghe thật, chép thành chữ": "speak",
    "Diễn biến theo kịch bản (ghi tay)": "conduct",
    "Tạm dừng ghi và ghi lại": "pause",
    "Đọc lại, thông qua, bế mạc": "close",
    "Dự thảo biên bản": "draft",
    "Thư ký sửa, trình; chủ trì duyệt": "approve",
    "Niêm phong và lưu hồ sơ": "seal",
    "Kiểm tra hồ sơ không cần máy chủ": "check",
}


def title_on(day: date) -> str:
    """A meeting of this month. It is a regular one, in the demonstration cell alone: a practice meeting ("họp thử") is
    never approved, sealed or kept, and these are what a rehearsal shows."""
    return f"Sinh hoạt chi bộ thường kỳ tháng {day.month}/{day.year} (diễn tập)"


@dataclass(frozen=True, slots=True)
class Accounts:
    """The demonstration's accounts: name and password of leader and secretary."""

    leader: tuple[str, str]
    secretary: tuple[str, str]
    cell: str


@dataclass
class Rehearsal:
    """A meeting from sign-in to the verified record. ``voices``: recordings and the words they say."""

    base: str
    accounts: Accounts
    voices: list[tuple[Path, str]]
    folder: Path
    verify_tls: bool | str = True
    begin: Callable[[str], None] = lambda _: None
    tell: Callable[[str, float, str], None] = lambda *_: None
    meeting: str = ""
    record: Path | None = None
    remotes: dict[str, Participant] = field(default_factory=dict)
    speech: list[str] = field(default_factory=list)

    async def run(self) -> Path:
        """Hold the meeting; returns the record's path. RehearsalFault at the first stage that fails."""
        try:
            for name, stage in STAGES.items():
                self.begin(name)
                began = time.monotonic()
                seen = str(await getattr(self, stage)())
                self.tell(name, time.monotonic() - began, seen)
        finally:
            everybody = [*self.remotes.values(), *(getattr(self, seat, None) for seat in ("chair", "desk", "hall"))]
            await asyncio.gather(*(p.leave() for p in everybody if p), return_exceptions=True)
        if self.record is None:
            raise AssertionError("the stages end with a record")
        return self.record

    def _participant(self, name: str) -> Participant:
        return Participant(name, self.base, httpx.AsyncClient(base_url=self.base, verify=self.verify_tls, timeout=60))

    async def _signed_in(self, name: str, account: tuple[str, str]) -> Participant:
        person = self._participant(name)
        await person.post("/api/login", {"name": account[0], "password": account[1]})
        return person

    async def schedule(self) -> str:
        self.chair = await self._signed_in("Chủ trì", self.accounts.leader)
        self.desk = await self._signed_in("Thư ký", self.accounts.secretary)
        self.hall = await self._signed_in("Hội trường", self.accounts.secretary)
        agenda = [{"title": title} for title in script.AGENDA]
        now = int(time.time() * 1000)
        made = await self.chair.post(
            f"/api/cells/{self.accounts.cell}/meetings",
            {
                "kind": "regular", "title": title_on(day_of(now)), "mode": "hybrid",
                "place": "Nhà văn hóa thôn Chiềng Cà", "starts_at": now, "agenda": agenda,
            },
        )  # fmt: skip
        self.meeting = made["id"]
        return f"{len(agenda)} nội dung"

    async def join(self) -> str:
        await self.chair.connect(self.meeting, "computer")
        links = (await self.chair.post(f"/api/meetings/{self.meeting}/links", {}))["links"]
        tokens = {link["name"]: link["url"].rsplit("/", 1)[-1] for link in links}
        await self.desk.connect(self.meeting, "computer")
        await self.hall.connect(self.meeting, "hall")
        for name in script.REMOTE:
            person = self.remotes[name] = self._participant(name)
            await person.post("/api/join", {"token": tokens[name]})
            await person.connect(self.meeting, "phone")
        await self.hall.call(speak=True)
        for name, person in self.remotes.items():
            await person.call(speak=name == script.SPEAKING)
        return f"hội trường và {len(self.remotes)} đồng chí, tiếng đi qua WebRTC"

    def _members(self) -> dict[str, str]:
        return {line["name"]: line["member"] for line in self.chair.views["ledger"]["lines"]}

    async def open(self) -> str:
        ids = self._members()
        await self.chair.do("decide_recording", record=True, transcribe=True, reason="Diễn tập")
        await self.chair.do("appoint_secretary", member=ids[script.SECRETARY])
        await self.chair.do("open")
        absent = {name for name, _ in script.EXCUSED} | {*script.UNEXCUSED, *script.EXEMPT}
        for name, member in ids.items():
            if name in absent | {script.LATE}:
                continue
            channel = "remote" if name in script.REMOTE else "hall"
            await self.desk.do("call", member=member, present=True, channel=channel, method="tick")
        for name, reason in script.EXCUSED:
            await self.desk.do("excuse", member=ids[name], excused=True, reason=reason)
        for name in script.UNEXCUSED:
            await self.desk.do("excuse", member=ids[name], excused=False)
        name, title = script.GUEST
        await self.desk.do("guest", name=name, title=title, upper=True, channel="hall")
        ledger = self.chair.views["ledger"]
        return f"có mặt {ledger['present']}/{ledger['eligible']}"

    async def speak(self) -> str:
        """Hall and one remote member really speak; everybody else must hear and read it."""
        before = {name: person.heard.loud_seconds for name, person in self.remotes.items()}
        (hall_file, hall_words), (far_file, far_words), *_ = self.voices
        ids = self._members()
        await self.chair.do("give_floor", member=ids[script.CHAIR], channel="hall")
        seconds = await self.hall.say(hall_file)
        await self.chair.do("give_floor", member=ids[script.SPEAKING], channel="remote")
        seconds += await self.remotes[script.SPEAKING].say(far_file)
        await self.desk.do("return_floor", member=ids[script.SPEAKING])
        reader = self.remotes[script.REMOTE[1]]

        wanted = {ids[script.CHAIR], ids[script.SPEAKING]}
        for person in (reader, self.desk):
            await person.until(partial(_read, person, wanted), 90, "thấy chữ của hai người nói")
        for name, person in self.remotes.items():
            if name != script.SPEAKING and person.heard.loud_seconds - before[name] < seconds * 0.3:
                raise RehearsalFault(f"{name} chỉ nghe được {person.heard.loud_seconds:.1f} giây")
        self.speech = [line["text"] for line in sorted(_spoken(self.desk), key=lambda line: line["at"])]
        self._keep("loi-noi.txt", "\n".join([hall_words, far_words, "---", *self.speech]))
        return f"{seconds:.0f} giây nói, {len(self.speech)} câu thành chữ"

    async def conduct(self) -> str:
        ids, items = self._members(), [item["id"] for item in self.chair.views["agenda"]["items"]]
        typed = 0
        for turn in script.turns():
            if turn.order in script.ITEM_AT:
                await self.desk.do("start_item", item=items[script.ITEM_AT[turn.order]], for_chair=True)
            if turn.speaker == script.LATE and turn.order < 12:
                await self.desk.do("call", member=ids[script.LATE], present=True, channel="hall", late=True)
            await self._type(turn, ids)
            typed += 1
            await self._after(turn.order, ids, items)
        return f"{typed} lượt phát biểu ghi tay, {len(script.MOTIONS)} lượt biểu quyết, {len(script.TASKS)} nhiệm vụ"

    async def _type(self, turn: script.Turn, ids: dict[str, str]) -> None:
        guests = {guest["name"]: guest["guest"] for guest in self.desk.views["ledger"]["guests"]}
        speaker = ids.get(turn.speaker) or guests.get(turn.speaker, "")
        await self.desk.do("type_speech", member=speaker, text=turn.text, channel=turn.channel)

    async def _after(self, order: int, ids: dict[str, str], items: list[str]) -> None:
        for at, item, text, counts in script.MOTIONS:
            if at == order:
                await self._vote(items[item], text, counts, ids)
        for at, item, what, who, due in script.TASKS:
            if at == order:
                people = [ids[name] for name in who]
                await self.desk.do(
                    "give_task", item=items[item], what=what, who=people, due=due, confirmed=True, for_chair=True
                )
        for at, item, text, outcome in script.CONCLUSIONS:
            if at == order:
                started = {i["id"] for i in self.desk.views["agenda"]["items"] if i["state"] == "now"}
                if items[item] not in started:
                    await self.desk.do("start_item", item=items[item], for_chair=True)
                await self.desk.do("conclude_item", item=items[item], outcome=outcome, text=text, for_chair=True)

    async def _vote(self, item: str, text: str, counts: tuple[int, int, int], ids: dict[str, str]) -> None:
        await self.chair.do("put_motion", item=item, text=text, method="hands", threshold="majority")
        motion = self.chair.views["motions"][-1]["motion"]
        for person in self.remotes.values():
            await person.until(partial(_sees, person, motion), 10, "thấy lượt biểu quyết")
            await person.do("cast", motion=motion, choice="for")
        in_favour, against, other = counts
        await self.desk.do("count_hall", motion=motion, in_favour=in_favour, against=against, other=other)
        await self.chair.do("close_motion", motion=motion)

    async def pause(self) -> str:
        """What is said during a pause is not written down, and what is said after it is: had the first been kept, it
        would stand before the second."""
        seen = set(self.desk.captions)
        await self.chair.do("off_record", mode="pause")
        paused = time.time() * 1000
        await self.hall.say(self.voices[0][0])
        await self.chair.do("on_record")
        resumed = time.time() * 1000
        await self.hall.say(self.voices[1][0])

        def said_at() -> list[int]:
            return [line["at"] for key, line in self.desk.captions.items() if key not in seen]

        await self.desk.until(lambda: any(at > resumed - 500 for at in said_at()), 90, "thấy chữ sau khi ghi lại")
        if any(paused < at < resumed - 500 for at in said_at()):
            raise RehearsalFault("có chữ được chép trong lúc tạm dừng ghi")
        return "không một chữ nào được chép khi đang dừng"

    async def close(self) -> str:
        await self.desk.do("read_back", reader=self._members()[script.SECRETARY])
        voters = self.desk.views["ledger"]["voters"]
        await self.desk.do("pass_minutes", in_favour=voters, against=0, other=0, for_chair=True)
        await self.chair.do("close")
        return "đã thông qua tại cuộc họp"

    async def draft(self) -> str:
        if not (self.desk.views.get("document") or {}).get("blocks"):
            await self.desk.do("draft")
        await self.desk.until(
            lambda: bool((self.desk.views.get("document") or {}).get("blocks")), 60, "thấy bản dự thảo"
        )
        blocks = self.desk.views["document"]["blocks"]
        sourced = sum(1 for block in blocks if block["sources"])
        self._keep("du-thao.txt", "\n\n".join(block["text"] for block in blocks))
        return f"{len(blocks)} đoạn, {sourced} đoạn có nguồn nghe lại được"

    async def approve(self) -> str:
        document = self.desk.views["document"]
        block = document["blocks"][-1]
        text = block["text"].rstrip(".") + ". Cuộc họp diễn tập."
        change = {"block": block["id"], "base_version": document["version"], "text": text}
        await self.desk.do("save_block", **change, reason="Diễn tập")
        await self.desk.do("submit")
        await self.chair.until(lambda: self.chair.views["meeting"]["state"] == "submitted", 15, "thấy bản trình")
        await self.chair.do("approve")
        return "đã duyệt"

    async def seal(self) -> str:
        await self.chair.until(lambda: self.chair.views["meeting"]["state"] == "sealed", 60, "niêm phong")
        for name in ("minutes.docx", "minutes.pdf"):
            reply = await self.chair.http.get(f"/api/meetings/{self.meeting}/{name}")
            reply.raise_for_status()
            (self.folder / name).write_bytes(reply.content)
        reply = await self.chair.http.get(f"/api/meetings/{self.meeting}/record")
        reply.raise_for_status()
        self.record = self.folder / f"ho-so-{self.meeting}.hcb.zip"
        self.record.write_bytes(reply.content)
        found = await self.chair.get("/api/archive", q="lam duong giao thong")
        if not any(hit["meeting"] == self.meeting for hit in found["results"]):
            raise RehearsalFault("không tìm thấy biên bản vừa lưu khi tìm không dấu")
        return f"{len(reply.content) // 1024} kB; tìm thấy bằng chữ không dấu"

    async def check(self) -> str:
        if self.record is None:
            raise AssertionError("seal first")
        verdict = await asyncio.to_thread(verify, self.record)
        sentence = verdict.text().splitlines()[0]
        if not verdict.whole:
            raise RehearsalFault(sentence)
        return sentence

    def _keep(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text + "\n", encoding="utf-8")


def _spoken(person: Participant) -> list[dict[str, Any]]:
    return [line for line in person.captions.values() if line["method"] == "speech"]


def _read(person: Participant, speakers: set[str]) -> bool:
    return speakers <= {line["speaker"] for line in _spoken(person)}


def _sees(person: Participant, motion: str) -> bool:
    return any(put["motion"] == motion for put in person.views["motions"])

"""One participant's live socket (docs/protocol.md §4): greets, admits, carries commands in and views out.

Two tasks: one reads and answers in order, one writes from a bounded queue. A browser that does not take what it is
sent is cut off and resumes by version; nothing is kept for it meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from meeting_server.live import signalling as say
from meeting_server.live.entrant import DoorKeeper, Entrant
from meeting_server.live.registry import Registry, Session
from meeting_server.live.signalling import Asked, BadMessage, Bye, Hello, Mic, Offer, Pictured, Ping
from meeting_server.live.sound import RoomSound
from meeting_server.media.errors import BadOffer, MediaError
from meeting_server.meetings import Guest, Meetings, Subscription, Viewer
from meeting_server.room.commands import COMMANDS, Actor, Seat, parse
from meeting_server.room.refusal import Refused
from meeting_server.room.state import Room, roles_of
from minutes.record.events import HALL

log = structlog.get_logger(__name__)

HELLO_S, SEND_S = 10.0, 10.0
QUEUE = 256
FAULTS = 20  # messages that are none of ours, before the socket is closed


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What every live socket works with. ``ice(session)``: RTCIceServer objects for its browser, as of now.
    ``done(meeting, command)`` is told of every command that was carried out."""

    meetings: Meetings
    sound: RoomSound
    registry: Registry
    ice: Callable[[str], list[dict[str, Any]]]
    done: Callable[[str, str], None] = lambda *_: None


class Ended(Exception):
    """The conversation is over; ``code`` closes the socket. ``left``: said goodbye; ``out``: put out by the room."""

    def __init__(self, code: int, *, left: bool = False, out: bool = False) -> None:
        super().__init__(str(code))
        self.code, self.left, self.out = code, left, out


class LiveSocket:
    """``await run(open_door)`` from the handshake to the end."""

    def __init__(self, socket: WebSocket, meeting: str, around: Surroundings) -> None:
        self._socket, self._meeting, self._around = socket, meeting, around
        self._entrant = Entrant("", "")
        self._out: asyncio.Queue[dict[str, Any] | Ended] = asyncio.Queue(QUEUE)
        self._actor = Actor()
        self._session: Session | None = None
        self._subscription: Subscription | None = None
        self._hello: Hello | None = None
        self._admitted = False
        self._faults = 0

    async def run(self, open_door: DoorKeeper) -> None:
        await self._socket.accept()
        address = self._socket.client.host if self._socket.client else ""
        if not self._around.registry.arrive(address):
            text = say.refused("too_many", "Có quá nhiều kết nối từ cùng một địa chỉ mạng. Đề nghị thử lại sau.")
            await self._socket.send_text(say.dump(text))
            await self._socket.close(say.TOO_MANY)
            return
        try:
            await self._run(open_door)
        finally:
            self._around.registry.depart(address)

    async def _run(self, open_door: DoorKeeper) -> None:
        writer = asyncio.create_task(self._write(), name="live writer")
        try:
            ended = await self._converse(open_door)
        except Exception as error:  # the top of this task: logged, and it ends
            log.error("live_socket_failed", meeting=self._meeting, exc_info=error)
            ended = Ended(1011)
        self._finish(ended)
        with contextlib.suppress(Exception):
            await writer
        writer.cancel()
        if self._subscription is not None:
            self._subscription.close()
        if self._session is not None:
            await self._around.registry.release(self._session, self, left=ended.left, ended=ended.out)

    async def _converse(self, open_door: DoorKeeper) -> Ended:
        try:
            self._entrant = await self._known(open_door)
            self._hello = await self._greeted()
            await self._enter(self._hello)
        except Ended as early:
            return early
        except Refused as refusal:
            self._refuse(refusal)
            return Ended({403: say.NOT_ALLOWED, 404: say.NO_MEETING}.get(refusal.status, say.BAD_MESSAGE))
        tasks = [asyncio.create_task(self._read(), name="live reader")]
        if self._subscription is not None:
            tasks.append(asyncio.create_task(self._follow(self._hello), name="live follower"))
        done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in rest:
            task.cancel()
        await asyncio.gather(*rest, return_exceptions=True)
        ended = next(iter(done)).result()
        if isinstance(ended, Ended):
            return ended
        raise AssertionError("reader and follower end with Ended")

    async def _known(self, open_door: DoorKeeper) -> Entrant:
        entrant = await open_door(self._socket, self._meeting)
        if entrant is None:
            self._send(say.refused("signed_out", "Đồng chí cần đăng nhập hoặc mở lại liên kết vào họp."))
            raise Ended(say.SIGNED_OUT)
        return entrant

    # -- in --------------------------------------------------------------------------------------------------------

    async def _greeted(self) -> Hello:
        """The first message, in time."""
        try:
            async with asyncio.timeout(HELLO_S):
                message = say.read(await self._received())
        except TimeoutError:
            log.info("live_refused", meeting=self._meeting, code="no_hello")
            raise Ended(say.BAD_MESSAGE) from None
        except BadMessage as bad:
            self._bad(bad)
            raise Ended(bad.close or say.BAD_MESSAGE) from bad
        if not isinstance(message, Hello):
            raise Ended(say.BAD_MESSAGE)
        return message

    async def _received(self) -> str:
        try:
            message = await self._socket.receive()
        except (WebSocketDisconnect, RuntimeError) as error:
            raise Ended(1006) from error
        if message["type"] != "websocket.receive":
            raise Ended(1006)
        text = message.get("text")
        if text is None:
            raise BadMessage("malformed", "Dữ liệu gửi lên không hợp lệ.")
        return str(text)

    async def _read(self) -> Ended:
        try:
            while True:
                try:
                    await self._hear(say.read(await self._received()))
                except BadMessage as bad:
                    self._bad(bad)
                    self._faults += 1
                    if bad.close or self._faults > FAULTS:
                        return Ended(bad.close or say.BAD_MESSAGE)
        except Ended as ended:
            return ended

    async def _hear(self, message: say.FromBrowser) -> None:
        match message:
            case Ping(t):
                self._send({"type": "pong", "t": t})
            case Asked():
                await self._command(message)
            case Offer():
                await self._offer(message)
            case Pictured():
                await self._picture(message)
            case Mic(on):
                await self._around.meetings.mic(self._meeting, self._actor.session, on)
            case Bye():
                raise Ended(1000, left=True)
            case Hello():
                raise BadMessage("malformed", "Dữ liệu gửi lên không hợp lệ.")

    async def _command(self, asked: Asked) -> None:
        if self._session is None or not self._admitted:
            self._send(say.refused("waiting", "Đồng chí đang ở phòng chờ, chưa được cho vào.", id=asked.id))
            return
        self._send(await self._session.once(asked.id, lambda: self._carry_out(asked)))

    async def _carry_out(self, asked: Asked) -> dict[str, Any]:
        try:
            done = await self._around.meetings.do(self._meeting, self._actor, parse(asked.name, asked.args))
        except Refused as refusal:
            log.info("command_refused", meeting=self._meeting, command=_known(asked), code=refusal.code)
            return say.refused(
                refusal.code, refusal.message_vi, id=asked.id, who=refusal.who_vi, current=refusal.current
            )
        except Exception as error:  # ours: said plainly, and the socket lives on
            log.error("command_failed", meeting=self._meeting, command=_known(asked), exc_info=error)
            return say.refused("our_fault", "Máy chủ gặp lỗi khi làm việc này. Đề nghị làm lại.", id=asked.id)
        self._around.done(self._meeting, asked.name)
        return say.accepted(asked.id, done.seqs[-1] if done.seqs else None)

    async def _offer(self, offer: Offer) -> None:
        """A hall member's phone has neither microphone nor sound; a second screen only looks on; a phone that is one of
        the hall's microphones only sends."""
        hello = self._hello
        if hello is None or not self._admitted:
            self._send(say.refused("waiting", "Đồng chí đang ở phòng chờ, chưa được cho vào."))
            return
        if hello.device == "display" or (hello.device != "hall" and self._actor.seat == "hall"):
            self._send(say.refused("silent_seat", "Máy của người ngồi ở hội trường không dùng micrô và loa."))
            return
        seat: Any = hello.device if hello.device in ("hall", "microphone") else "remote"
        hear = offer.hear and not self._entrant.microphone
        try:
            answer = await self._around.sound.call(
                self._meeting, self._actor.session, seat, offer.sdp, speak=offer.speak, hear=hear, weak=offer.weak
            )
        except BadOffer:
            log.info("offer_refused", meeting=self._meeting, session=self._actor.session, code="bad_offer")
            self._send(
                say.refused("bad_offer", "Trình duyệt gửi thông tin âm thanh không hợp lệ. Đề nghị tải lại trang.")
            )
        except MediaError as error:
            log.warning("offer_failed", meeting=self._meeting, error=type(error).__name__)
            self._send(say.refused("sound_down", "Phòng âm thanh đang khởi động lại. Máy sẽ tự nối lại sau ít giây."))
        else:
            # a new line is judged anew
            self._around.meetings.live(self._meeting, self._actor.session, weak=False, echo=False)
            self._send({"type": "answer", "sdp": answer})

    async def _picture(self, offer: Pictured) -> None:
        """All in the room may look on; who may show was settled by ``show_picture``, and the node keeps to it."""
        if self._session is None or not self._admitted:
            self._send(say.refused("waiting", "Đồng chí đang ở phòng chờ, chưa được cho vào.", id=offer.id))
            return
        sound, meeting, session = self._around.sound, self._meeting, self._actor.session
        try:
            if offer.place:
                answer = await sound.show(meeting, session, offer.place, offer.sdp)
            else:
                answer = await sound.look(meeting, session, offer.sdp)
        except BadOffer:
            log.info("picture_refused", meeting=meeting, session=session, code="bad_offer")
            text = "Trình duyệt gửi thông tin hình không hợp lệ. Đề nghị tải lại trang."
            self._send(say.refused("bad_offer", text, id=offer.id))
        except MediaError as error:
            log.info("picture_failed", meeting=meeting, error=type(error).__name__)
            text = "Chưa nối được hình; tiếng nói không bị ảnh hưởng. Máy sẽ tự nối lại sau ít giây."
            self._send(say.refused("picture_down", text, id=offer.id))
        else:
            if not offer.place:
                self._around.meetings.live(meeting, session, held=False, spared=())  # a new line is judged anew
            self._send({"type": "picture_answer", "id": offer.id, "sdp": answer})

    # -- entering ----------------------------------------------------------------------------------------------------

    async def _enter(self, hello: Hello) -> None:
        around, entrant = self._around, self._entrant
        room = await around.meetings.state(self._meeting)
        hall = hello.device in ("hall", "display")
        if (hall and not entrant.may_be_hall) or (entrant.only_hall and not hall):
            log.info("live_refused", meeting=self._meeting, code="not_hall")
            self._send(say.refused("not_allowed", "Đồng chí không có quyền mở máy của hội trường."))
            raise Ended(say.NOT_ALLOWED)
        if self._entrant.microphone != (hello.device == "microphone"):
            log.info("live_refused", meeting=self._meeting, code="not_microphone")
            self._send(say.refused("not_allowed", "Mã này chỉ để dùng điện thoại làm micrô phụ của hội trường."))
            raise Ended(say.NOT_ALLOWED)
        if not hall and not hello.informed:
            log.info("live_refused", meeting=self._meeting, code="not_informed")
            self._send(
                say.refused("not_informed", "Trước khi vào, đồng chí xác nhận đã biết cuộc họp có thể được ghi.")
            )
            raise Ended(say.NOT_ALLOWED)
        self._actor = entrant.actor(hello, _usual_seat(room, entrant.member))
        self._session = await around.registry.take(self._meeting, self._actor.session, entrant.link, entrant.key, self)
        if hello.device == "display":
            self._admitted = True
        elif hello.device == "microphone":
            await around.meetings.add_microphone(self._meeting, self._actor.session, entrant.name)
            self._admitted = True
        else:
            self._admitted = await around.meetings.join(
                self._meeting, self._actor.session, self._actor, name=entrant.shown_name(hello, _place(room)),
                device=hello.device, informed=hello.informed, private=hello.private, admitted=entrant.admitted,
                guest=Guest(entrant.name) if entrant.guest else None,
            )  # fmt: skip
        if self._admitted:
            await self._welcome(hello.versions or None)
        else:
            self._send({"type": "waiting", "why": await self._waits_for()})
            self._subscription = await around.meetings.subscribe(self._meeting, Viewer(self._actor), None)

    async def _waits_for(self) -> str:
        """``word``: only the chair's word that this member may take part from elsewhere; else ``door``."""
        present = (await self._around.meetings.present(self._meeting)).sessions.get(self._actor.session)
        return "word" if present is not None and present.own else "door"

    async def _welcome(self, versions: Mapping[str, int] | None) -> None:
        room = await self._around.meetings.state(self._meeting)
        live = await self._around.meetings.present(self._meeting)
        present = live.sessions.get(self._actor.session)
        member = present.member if present else self._actor.member
        own = self._entrant.guest or self._entrant.microphone
        you = {
            "member": member,
            "name": present.name if present and own else _name(room, member, self),
            "seat": self._actor.seat, "roles": sorted(roles_of(room, self._actor)), "guest": self._entrant.guest,
            "session": self._actor.session,
        }  # fmt: skip
        now = time.time_ns() // 1_000_000
        ice = self._around.ice(self._actor.session)
        self._send({
            "type": "welcome", "you": you, "meeting": self._meeting, "now": now, "ice": ice,
            "sound": self._actor.session in self._around.sound.sessions(self._meeting),
        })  # fmt: skip
        self._subscription = await self._around.meetings.subscribe(self._meeting, Viewer(self._actor), versions)

    def shown_name(self, room: Room) -> str:
        assert self._hello is not None
        return self._entrant.shown_name(self._hello, _place(room))

    # -- out ---------------------------------------------------------------------------------------------------------

    async def _follow(self, hello: Hello) -> Ended:
        """What the meeting shows, until it puts this session out. In the lobby nothing is shown."""
        subscription = self._subscription
        assert subscription is not None
        async for message in subscription:
            if message[0] == "removed":
                return self._put_out(message[1])
            if self._admitted:
                await self._out.put(say.told(message))
            elif await self._let_in():
                subscription.close()
                self._admitted = True
                await self._welcome(None)
                return await self._follow(hello)
        return Ended(1012)

    async def _let_in(self) -> bool:
        live = await self._around.meetings.present(self._meeting)
        present = live.sessions.get(self._actor.session)
        return present is not None and present.admitted

    def _put_out(self, why: Mapping[str, Any]) -> Ended:
        if why.get("replaced"):
            self._send({"type": "replaced"})
            return Ended(say.REPLACED, out=True)
        self._send({"type": "removed", "text": why.get("text") or "Đồng chí đã được mời rời phòng họp."})
        return Ended(say.REMOVED, out=True)

    async def replaced(self) -> None:
        """Registry: the same tab came back on another socket, or a copy of it was opened."""
        self._send({"type": "replaced"})
        self._finish(Ended(say.REPLACED))

    async def revoked(self) -> None:
        """Registry: the link by which this person came was revoked."""
        self._send({"type": "removed", "text": "Liên kết vào họp của đồng chí đã được thu hồi."})
        self._finish(Ended(say.REMOVED))
        if self._session is not None:
            await self._around.registry.release(self._session, self, left=True, ended=False)

    def _refuse(self, refusal: Refused) -> None:
        log.info("live_refused", meeting=self._meeting, code=refusal.code)
        self._send(say.refused(refusal.code, refusal.message_vi, who=refusal.who_vi))

    def _bad(self, bad: BadMessage) -> None:
        log.info("live_bad_message", meeting=self._meeting, code=bad.code)
        self._send(say.refused(bad.code, bad.message))

    def _send(self, message: dict[str, Any]) -> None:
        """An answer; a browser with ``QUEUE`` messages not taken is cut off."""
        try:
            self._out.put_nowait(message)
        except asyncio.QueueFull:
            self._too_slow()

    def _finish(self, ended: Ended) -> None:
        if self._out.full():
            self._out.get_nowait()
        self._out.put_nowait(ended)

    def _too_slow(self) -> None:
        log.info("live_too_slow", meeting=self._meeting, session=self._actor.session)
        while not self._out.empty():
            self._out.get_nowait()
        self._out.put_nowait(Ended(say.TOO_SLOW))

    async def _write(self) -> None:
        code = 1011
        try:
            while True:
                message = await self._out.get()
                if isinstance(message, Ended):
                    code = message.code
                    break
                async with asyncio.timeout(SEND_S):
                    await self._socket.send_text(say.dump(message))
        except TimeoutError:
            log.info("live_too_slow", meeting=self._meeting, session=self._actor.session)
            code = say.TOO_SLOW
        except (WebSocketDisconnect, RuntimeError, OSError):
            return
        if code != 1006 and self._socket.application_state is not WebSocketState.DISCONNECTED:
            with contextlib.suppress(RuntimeError, WebSocketDisconnect, OSError, TimeoutError):
                async with asyncio.timeout(SEND_S):
                    await self._socket.close(code)


def _known(asked: Asked) -> str:
    """For the log: a command's name, never what somebody wrote in its place."""
    return asked.name if asked.name in COMMANDS else "unknown"


def _usual_seat(room: Room, member: str) -> Seat:
    """Where the roster says they usually are; guests without a word sit in the hall."""
    line = room.meeting.line(member) if member else None
    return line.channel if line else "hall"


def _place(room: Room) -> str:
    return room.meeting.scheduled.place if room.meeting.scheduled else ""


def _name(room: Room, member: str, socket: LiveSocket) -> str:
    """A member's name as the roster has it; the hall is called by its place."""
    return (room.name_of(member) if member not in ("", HALL) else "") or socket.shown_name(room)

"""Where everything is joined: adapters in, one FastAPI application out.

Built by ``__main__`` with its settings. The life of the application starts what runs beside the requests (media link,
speech link, sealing) and ends it in order.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import FastAPI
from sqlmodel import Session, col, select
from starlette.routing import BaseRoute
from starlette.types import ASGIApp
from starlette.websockets import WebSocket

from meeting_server import paperwork
from meeting_server.authority import Authority
from meeting_server.clock import Clock, SystemClock
from meeting_server.door import keeper
from meeting_server.erasure import Sweeper
from meeting_server.heads import Drop, Outbox, Push, Way
from meeting_server.http import (
    accounts,
    archive,
    cells,
    checking,
    codes,
    condition,
    desk,
    documents,
    exporting,
    faults,
    heads,
    holding,
    inbox,
    issuing,
    joining,
    meetings,
    old,
    papers,
    personal,
    planning,
    rehearsing,
    safety,
    scanning,
    signing,
    sound,
    supervision,
    tasks,
    units,
    web,
)
from meeting_server.http.guard import Guard, Origins
from meeting_server.http.house import House
from meeting_server.http.limits import Limits
from meeting_server.http.secrets import Passwords
from meeting_server.judge import Judge, trusted_in
from meeting_server.live.node import NodeEvents
from meeting_server.live.registry import Registry
from meeting_server.live.replay import Replay
from meeting_server.live.session import LiveSocket, Surroundings
from meeting_server.live.sound import RoomSound
from meeting_server.live.speech_in import SpeechIn
from meeting_server.media.engine import ControlLink
from meeting_server.media.turn import ice_servers
from meeting_server.meetings import Meetings
from meeting_server.reached import Reached
from meeting_server.received import Received
from meeting_server.reopening import sealed_text
from meeting_server.rephrasing import Rephraser
from meeting_server.rereading import SOCKET as AGAIN
from meeting_server.rereading import Rereading
from meeting_server.room.refusal import Refused
from meeting_server.sealer import Sealer
from meeting_server.settings import Settings
from meeting_server.signing_desk import SOCKET as SIGN
from meeting_server.signing_desk import Counter, Desk
from meeting_server.stamping import stamping_of
from meeting_server.store.cell_words import corrected_names
from meeting_server.store.database import Store
from meeting_server.store.tables import MeetingSummary
from minutes.drafting.log import drafted
from minutes.sealing.keys import load_or_create
from transcription.keyring import PURPOSES, Keyring
from transcription.link import Hub
from transcription.wire import Packet

log = structlog.get_logger(__name__)

ROUTES = (
    accounts, units, cells, meetings, planning, joining, desk, sound, documents, papers, issuing, checking, scanning,
    signing, personal, archive, heads, supervision, tasks, inbox, codes, exporting, old, holding, rehearsing, condition,
    safety, web,
)  # fmt: skip
#  # web last: it takes every other path
OWING = ("open", "closed", "submitted")
PRACTICE_S = 6 * 3_600
SWEEP_S = 30.0  # after a restart browsers have so long to come back
NODE_WAIT_S = 15.0
SAFETY_PIECES = "60/minute"  # of a session: ten minutes of sound, of which a piece holds ten seconds


@dataclass(slots=True)
class Adapters:
    """What ``__main__`` builds from the settings. ``address`` has no slash at the end."""

    settings: Settings
    store: Store
    engine: ControlLink
    hub: Hub | None
    address: str
    origins: Origins
    authority: Authority | None = None
    clock: Clock = field(default_factory=SystemClock)
    ready: Callable[[], None] = lambda: None


class Running:
    """The application's living parts, and their start and end."""

    def __init__(self, parts: Adapters) -> None:
        self.parts, settings = parts, parts.settings
        self.sound = RoomSound(parts.engine, parts.hub)
        self.meetings = Meetings(
            parts.store, parts.clock, self.sound, drafted, sealed_text(settings.records),
            _rephraser(settings),
        )  # fmt: skip
        self.registry = Registry(self.meetings, self.sound, settings.sockets_per_ip, settings.short_gap_s)
        self.speech = _speech_in(self) if parts.hub else None
        self.node = NodeEvents(parts.engine, self.meetings, self.sound, self.speech, settings.recordings)
        keys = load_or_create(settings.keys / "sealing", settings.installation_name(), datetime.now(UTC))
        trusted = [*trusted_in(settings.trust), *trusted_in(settings.tsa_roots, "HOPCHIBO_TSA_ROOTS")]
        self.sealer = Sealer(
            parts.store, self.meetings, keys, settings.records, parts.clock, lambda: self.outbox.hint(),
            stamping_of(settings), trusted, "pages" if settings.page_codes else None,
        )  # fmt: skip
        self.signing = Counter(settings.run / SIGN, Desk(parts.store, self.meetings, self.sealer))
        self.outbox = Outbox(self.sealer.tree.heads, _ways(settings), parts.clock.now)
        self.received = Received(settings.records / "received")
        self.judge = Judge(keys, self.sealer.tree, trusted)
        self.replay = Replay(self.meetings, settings.recordings, lambda: self.node.disk == "ok")
        self.rereading = Rereading(settings.run / AGAIN, self.meetings, settings.recordings)
        self.sweeper = Sweeper(
            parts.store, settings.recordings, Keyring(settings.keys), parts.clock, self.meetings.forget_erased
        )
        self.house = House(
            settings, parts.store, self.meetings, Passwords(), _limits(settings), parts.origins, parts.address,
            parts.authority, self.condition, self.figures, self.registry.send_away, parts.clock.now,
            self.registry.carries, self.keep_copy,
        )  # fmt: skip
        self.routes: list[BaseRoute] = []
        self.rehearsing = rehearsing.Rehearsing()
        self._tasks: list[asyncio.Task[None]] = []

    def ice(self, session: str) -> list[dict[str, Any]]:
        """STUN and TURN servers for a browser: the relay's credentials are its own, and end."""
        settings = self.parts.settings
        return settings.ice_servers() + ice_servers(settings.relay(), session, self.parts.clock.now() // 1000)

    def carried_out(self, meeting: str, command: str) -> None:
        """A command was; some of our parts have something to do then."""
        self.sealer.hint(meeting, command)
        if command == "close":
            self.replay.closed(meeting)

    def condition(self) -> dict[str, str]:
        """The other processes, in one word each."""
        speech = "off" if self.speech is None else self.speech.state()
        states = {"media": "ok" if self.node.up else "down", "disk": self.node.disk}
        states |= {"heads": self.outbox.state} if self.outbox.state else {}
        return states if speech == "off" else {**states, "speech": speech}

    def figures(self) -> dict[str, int]:
        force = self.parts.hub.workforce() if self.parts.hub else None
        return {
            "sockets": self.registry.open_sockets, "media_up": int(self.node.up),
            "heads_waiting": self.outbox.left,
            "speech_waiting": force.waiting if force else 0, "speech_workers": force.workers if force else 0,
        }  # fmt: skip

    async def keep_copy(
        self, meeting: str, session: str, tracks: tuple[str, ...], at: int, packets: tuple[Packet, ...]
    ) -> int:
        """A safety copy into the journal; how many packets were new. Its track is the meeting's like any other."""
        copied = await self.sound.span(meeting, session, tracks, at, packets)
        if copied.track:
            if self.speech is not None:
                self.speech.track(copied.track, meeting)
            await self.meetings.track_opened(meeting, copied.track, session, copied.rtp0, copied.at)
        log.info("safety_copy", meeting=meeting, session=session, packets=len(packets), kept=copied.kept)
        return copied.kept

    async def owing(self) -> list[str]:
        """Meetings whose speech may not be all written down."""

        def look(session: Session) -> list[str]:
            query = select(MeetingSummary.meeting).where(col(MeetingSummary.state).in_(OWING))
            return list(session.exec(query))

        return await self.parts.store.read(look)

    async def start(self) -> None:
        parts = self.parts
        if parts.hub is not None:
            await parts.hub.start()
        self.sound.preparing = True
        resumed = await self.meetings.resume()
        for meeting in resumed:
            self.sound.resume(meeting, (await self.meetings.state(meeting)).sessions)
        self.sound.preparing = False
        await asyncio.sleep(0)  # the wishes of resumed meetings stand before the node is asked for anything
        await parts.engine.start()
        self._begin("media events", self.node.run())
        self._begin("sealing", self.sealer.run())
        self._begin("heads", self.outbox.run())
        if self.speech is not None:
            self._begin("speech in", self.speech.run())
        if resumed:
            self._begin("sweep", self._sweep(resumed))
        self._begin("practice", self._forget_practice())
        self._begin("replay", self.replay.run())
        self._begin("erasure", self.sweeper.run())
        self._begin("papers", self._encipher_old())
        self._begin("rereading", self.rereading.run())
        self._begin("signing desk", self.signing.run())
        self._begin("ready", self._ready())
        log.info("server_started", resumed=len(resumed))

    async def _sweep(self, resumed: list[str]) -> None:
        await asyncio.sleep(SWEEP_S)
        for meeting in resumed:
            await self.meetings.sweep(meeting)
            here = (await self.meetings.present(meeting)).sessions
            for session in self.sound.sessions(meeting) - here.keys():
                await self.sound.hang_up(meeting, session)

    async def _forget_practice(self) -> None:
        """Practice meetings are kept for a week."""
        while True:
            with contextlib.suppress(Refused):  # the database is away: said there, and tried again later
                for meeting in await self.meetings.forget_practice():
                    await asyncio.to_thread(self._forget_files, meeting)
                    log.info("practice_forgotten", meeting=meeting)
            await asyncio.sleep(PRACTICE_S)

    def _forget_files(self, meeting: str) -> None:
        settings = self.parts.settings
        for folder in (settings.recordings, settings.papers):
            shutil.rmtree(folder / meeting, ignore_errors=True)
        for purpose in PURPOSES:
            Keyring(settings.keys).destroy(meeting, purpose)

    async def _encipher_old(self) -> None:
        """Papers from before files were enciphered."""
        settings = self.parts.settings
        try:
            count = await asyncio.to_thread(paperwork.encipher_old, settings.papers, Keyring(settings.keys))
        except OSError as error:  # they are read as they are; tried again at the next start
            log.error("papers_not_enciphered", error=type(error).__name__)
            return
        if count:
            log.info("papers_enciphered", papers=count)

    async def _ready(self) -> None:
        """Ready is told when the media node is there, or when it has taken too long."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(NODE_WAIT_S):
                await self.node.came.wait()
        self.parts.ready()

    def _begin(self, name: str, work: Coroutine[Any, Any, None]) -> None:
        self._tasks.append(asyncio.create_task(_watched(name, work), name=name))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.sound.forget_wishes()
        await self.rehearsing.end()
        await self.registry.close()
        await self.meetings.shut_down()
        await self.parts.engine.stop()
        if self.parts.hub is not None:
            await self.parts.hub.stop()
        self.house.passwords.close()
        await asyncio.to_thread(self.parts.store.close)
        log.info("server_stopped")


async def _watched(name: str, work: Coroutine[Any, Any, None]) -> None:
    """The top of a task: what ends it unasked is logged; the supervisor starts a server anew that lost a part."""
    try:
        await work
    except asyncio.CancelledError:
        raise
    except BaseException as error:
        log.critical("task_failed", task=name.replace(" ", "_"), exc_info=error)
        raise


def _speech_in(running: Running) -> SpeechIn:
    parts = running.parts
    assert parts.hub is not None

    async def known_names(meeting: str) -> tuple[str, ...]:
        return await parts.store.read(lambda session: corrected_names(session, meeting))

    return SpeechIn(
        parts.hub, running.meetings, parts.settings.recordings, running.owing, parts.clock.now, known_names
    )  # fmt: skip


def _rephraser(settings: Settings) -> Rephraser | None:
    if not settings.rephraser:
        return None
    return Rephraser(
        settings.rephraser, settings.rephraser_model, settings.rephraser_key, settings.rephraser_s
    )  # fmt: skip


def _ways(settings: Settings) -> list[Way]:
    """How heads go up."""
    ways: list[Way] = [Drop(settings.heads_drop)] if settings.heads_drop else []
    if settings.heads_url:
        ways.append(Push(settings.heads_url, settings.heads_token, settings.heads_ca))
    return ways


def _limits(settings: Settings) -> Limits:
    return Limits(
        login=settings.logins, login_ip=settings.logins_per_ip, code=settings.codes_per_ip, join=settings.joins_per_ip,
        verify=settings.verifications_per_ip, sign="6/minute;30/hour",
        safety=SAFETY_PIECES,
    )  # fmt: skip


def create_app(parts: Adapters) -> tuple[ASGIApp, Running]:
    """The application behind its guard (which stands outermost, so that errors carry its headers too)."""
    running = Running(parts)

    @contextlib.asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        await running.start()
        try:
            yield
        finally:
            await running.stop()

    app = FastAPI(title="Họp Chi Bộ", docs_url=None, redoc_url=None, openapi_url=None, lifespan=life)
    app.state.house, app.state.rehearsing, app.state.sealer = running.house, running.rehearsing, running.sealer
    app.state.judge, app.state.received = running.judge, running.received
    app.state.sweeper = running.sweeper
    running.routes = app.routes
    faults.install(app)
    app.add_api_websocket_route("/live/{meeting}", _live(running))
    for module in ROUTES:
        app.include_router(module.router)
    settings = parts.settings
    real_certificate = settings.tls_cert is not None or settings.public_url.startswith("https://")
    served = Reached(parts.settings.reached).note
    return Guard(app, parts.origins, strict_transport=real_certificate, served=served), running


def _live(running: Running) -> Callable[[WebSocket], Coroutine[Any, Any, None]]:
    around = Surroundings(running.meetings, running.sound, running.registry, running.ice, running.carried_out)
    open_door = keeper(running.house)

    async def live(socket: WebSocket) -> None:
        """Foreign pages are refused before the handshake; everything else is said with a close code."""
        if not running.parts.origins.ours(socket.headers.get("origin", ""), socket.headers.get("host", "")):
            log.info("live_refused", code="foreign_page")
            await socket.close()
            return
        await LiveSocket(socket, str(socket.path_params["meeting"]), around).run(open_door)

    return live

"""A room's pictures: at most the hall's and one that is shared, and who looks on. Nothing here is recorded.

Who may show is what the server said last (``allow``); everybody else's camera ends at once. Each picture has a
connection of its own, beside the sound's: it comes and goes, and is dropped, without the sound noticing.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import structlog
from aiortc import RTCCertificate

from meeting_server.media.clock import Clock
from meeting_server.media.errors import MediaRefused
from meeting_server.media.peer import Peer
from meeting_server.media.picture import sdp
from meeting_server.media.picture.camera import Camera
from meeting_server.media.picture.limits import BITRATE, PLACES, Place
from meeting_server.media.picture.pacer import Pacer
from meeting_server.media.picture.sdp import PictureOffer
from meeting_server.media.picture.viewer import Stream, Viewer
from meeting_server.media.picture.writer import PictureWriter, Shown
from meeting_server.media.sdp import Transport
from meeting_server.media.settings import NodeSettings

log = structlog.get_logger(__name__)

TURNS = 10


class Event(Protocol):
    def __call__(self, kind: str, session: str, **fields: Any) -> None: ...


class Pictures:
    """``weak(session)``: the line of its sound is weak. ``tell`` takes events for the server."""

    def __init__(
        self, settings: NodeSettings, clock: Clock, pacer: Pacer, tell: Event, weak: Callable[[str], bool]
    ) -> None:
        self._settings, self._clock, self._pacer, self._tell, self._weak = settings, clock, pacer, tell, weak
        self._allowed: dict[Place, str] = {}
        self.cameras: dict[Place, Camera] = {}
        self.viewers: dict[str, Viewer] = {}
        self._fanout: dict[Place, tuple[Stream, ...]] = {}
        self._coming: dict[tuple[str, str], object] = {}  # (place or "", session): the call that counts
        self._tasks: set[asyncio.Task[None]] = set()

    # -- what the server decides -------------------------------------------------------------------------------------

    def allow(self, allowed: dict[Place, str]) -> None:
        """Whose picture may stand in each place. Those that come are told of again: the server may be a new one."""
        self._allowed = {place: session for place, session in allowed.items() if session}
        for place, camera in list(self.cameras.items()):
            if self._allowed.get(place) != camera.session:
                self._end_camera(camera)
            elif camera.flowing:
                self.flows(camera, True)
        allowed_now = set(self._allowed.items())
        for key in [key for key in self._coming if key[0] and key not in allowed_now]:
            del self._coming[key]

    def shut(self) -> None:
        """No picture goes anywhere, and none may come until the server says who."""
        self.allow({})

    async def leave(self, session: str) -> None:
        for key in [key for key in self._coming if key[1] == session]:
            del self._coming[key]
        for camera in [camera for camera in self.cameras.values() if camera.session == session]:
            self._end_camera(camera)
        viewer = self.viewers.get(session)
        if viewer is not None:
            self._end_viewer(viewer)

    async def close(self) -> None:
        self._coming.clear()
        for camera in list(self.cameras.values()):
            self._end_camera(camera)
        for viewer in list(self.viewers.values()):
            self._end_viewer(viewer)
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    # -- coming ------------------------------------------------------------------------------------------------------

    async def show(self, session: str, place: Place, offered: str, certificate: RTCCertificate) -> str:
        """Answer who shows. Raises BadOffer, MediaRefused."""
        offer = sdp.read_showing(offered)
        if self._allowed.get(place) != session:
            raise MediaRefused("no_session", "this session may not show here now")
        video = next(video for video in offer.videos if video is not None)
        ((codec, payload_type),) = video.types.items()
        camera = Camera(session, place, codec, payload_type, _ssrc(), self, self._clock)
        camera.peer = self._peer(
            certificate, camera.received, camera.rtcp, lambda: None, lambda: self._end_camera(camera)
        )
        transport = await self._gathered((place, session), camera.peer)
        former = self.cameras.pop(place, None)
        if former is not None:
            self._close(former)
        self.cameras[place] = camera
        self._assign()
        return self._connected(camera.peer, offer, transport, bitrate=BITRATE[place])

    async def look(self, session: str, offered: str, certificate: RTCCertificate) -> str:
        """Answer who looks on. Raises BadOffer, MediaRefused."""
        offer = sdp.read_looking(offered)
        if session not in self.viewers and len(self.viewers) >= self._settings.max_sessions:
            raise MediaRefused("full", "too many look on")
        ssrcs = tuple(_ssrc() for _ in range(sdp.MOST_LINES))
        viewer = Viewer(session, ssrcs[0], self, self._clock)
        viewer.peer = self._peer(
            certificate, lambda data: None, viewer.rtcp,
            lambda: self._watches(viewer), lambda: self._end_viewer(viewer),
        )  # fmt: skip
        self._lay(viewer, offer, ssrcs)
        transport = await self._gathered(("", session), viewer.peer)
        former = self.viewers.pop(session, None)
        if former is not None:
            self._spawn(former.peer.close())
        self.viewers[session] = viewer
        self._assign()
        return self._connected(viewer.peer, offer, transport, ssrcs=ssrcs)

    def _lay(self, viewer: Viewer, offer: PictureOffer, ssrcs: tuple[int, ...]) -> None:
        places, free = list(PLACES), list(ssrcs)
        for line, video in zip(offer.offer.lines, offer.videos, strict=True):
            if video is not None:
                place, start = places.pop(0), (secrets.randbits(15), secrets.randbits(31))
                writer = PictureWriter(free.pop(0), video.types, line.mid, line.mid_id, *start)
                viewer.streams[place] = Stream(viewer, place, writer)

    def _connected(
        self, peer: Peer, offer: PictureOffer, transport: Transport, ssrcs: tuple[int, ...] = (), bitrate: int = 0
    ) -> str:
        peer.connect(offer.offer)
        return sdp.answer(offer, transport, ssrcs=ssrcs, bitrate=bitrate)

    def _peer(
        self, certificate: RTCCertificate, rtp: Callable[[bytes], None], rtcp: Callable[[bytes], None],
        connected: Callable[[], None], ended: Callable[[], None],
    ) -> Peer:  # fmt: skip
        return Peer(self._settings, certificate, on_rtp=rtp, on_rtcp=rtcp, on_connected=connected, on_ended=ended)

    async def _gathered(self, key: tuple[str, str], peer: Peer) -> Transport:
        """The node's half of the transport. Raises MediaRefused, also when it was put off or asked anew meanwhile."""
        call = self._coming[key] = object()
        try:
            transport = await peer.gather()
        except OSError as error:
            await peer.close()
            raise MediaRefused("full", "no address and port to receive media on") from error
        finally:
            wanted = self._coming.get(key) is call
            if wanted:
                del self._coming[key]
        if not wanted:
            await peer.close()
            raise MediaRefused("no_session", "the session left, came again, or may not show any more")
        return transport

    # -- going -------------------------------------------------------------------------------------------------------

    def _end_camera(self, camera: Camera) -> None:
        if self.cameras.get(camera.place) is camera:
            del self.cameras[camera.place]
            self._assign()
            if camera.flowing:
                camera.flowing = False
                self.flows(camera, False)
        self._close(camera)

    def _close(self, camera: Camera) -> None:
        if camera.peer is not None:
            self._spawn(camera.peer.close())

    def _end_viewer(self, viewer: Viewer) -> None:
        if self.viewers.get(viewer.session) is viewer:
            del self.viewers[viewer.session]
            self._assign()
        self._spawn(viewer.peer.close())

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _assign(self) -> None:
        """Who is sent what: everybody but who shows it, and nobody whose line bears less."""
        for place in PLACES:
            camera = self.cameras.get(place)
            before = set(self._fanout.get(place, ()))
            streams = tuple(
                viewer.streams[place]
                for viewer in self.viewers.values()
                if camera is not None and place in viewer.streams and viewer.session != camera.session
                and not viewer.streams[place].resting and viewer.peer.connected
            )  # fmt: skip
            self._fanout[place] = streams
            if camera is not None:
                camera.seen = bool(streams)
                if any(stream not in before or stream.writer.camera != camera.run for stream in streams):
                    camera.key.wish(self._clock.steady())

    def _standing(self, viewer: Viewer) -> list[Place]:
        """Whose pictures there are for this viewer."""
        cameras = {place: camera for place, camera in self.cameras.items() if camera.session != viewer.session}
        return [place for place in PLACES if place in cameras and place in viewer.streams]

    def _watches(self, viewer: Viewer) -> None:
        """Its connection is there."""
        if self.viewers.get(viewer.session) is viewer:
            self._assign()

    # -- what cameras and viewers ask --------------------------------------------------------------------------------

    def shown(self, camera: Camera, shown: Shown, now: int) -> None:
        if self.cameras.get(camera.place) is camera and (streams := self._fanout.get(camera.place)):
            self._pacer.put(shown, streams, now)

    def flows(self, camera: Camera, on: bool) -> None:
        self._tell("picture", camera.session, place=camera.place, on=on)

    def key_wanted(self, place: Place) -> None:
        camera = self.cameras.get(place)
        if camera is not None:
            camera.key.wish(self._clock.steady())

    def kept(self, place: Place, sequence: int) -> Shown | None:
        camera = self.cameras.get(place)
        return camera.kept.get(sequence, self._clock.steady()) if camera is not None else None

    # -- time --------------------------------------------------------------------------------------------------------

    def tick(self) -> None:
        """Every 100 ms."""
        now = self._clock.steady()
        for camera in list(self.cameras.values()):
            camera.tick(now)

    def report(self, turn: int) -> None:
        """Each one's turn comes once a second, as the sound's does."""
        for camera in list(self.cameras.values()) if turn == 0 else ():
            camera.report()
        changed = False
        for viewer in list(self.viewers.values())[turn::TURNS]:
            if viewer.peer.connected and viewer.report(self._weak(viewer.session), self._standing(viewer)):
                changed = True
                resting = sorted(viewer.bearing.resting)
                self._tell("held", viewer.session, held=viewer.bearing.nothing, places=resting)
        if changed:
            self._assign()


def _ssrc() -> int:
    return secrets.randbelow(0xFFFFFFFE) + 1

"""Pictures through the node, with real connections: who may show is seen, everybody else is not, sound goes on."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from meeting_server.media import feedback
from meeting_server.media.engine import Held, Picture
from meeting_server.media.errors import BadOffer, MediaRefused
from meeting_server.media.picture import pacer
from meeting_server.media.picture.pictures import Pictures
from meeting_server.media.picture.rtcp import nack
from meeting_server.media.rtp import read_header
from tests.meeting_server.media.clients import Voice, speech_like, until
from tests.meeting_server.media.conftest import Rig
from tests.meeting_server.media.picture.eyes import Looker, Shower


class Gallery:
    """A room of the node whose people show and look on."""

    def __init__(self, rig: Rig) -> None:
        self.rig = rig
        self._people: list[Shower | Looker] = []

    @property
    def pictures(self) -> Pictures:
        return self.rig.node._rooms["r"].pictures

    async def allow(self, hall: str = "", shared: str = "") -> None:
        await self.rig.link.pictures("r", hall=hall, shared=shared)

    async def shower(self, session: str, place: str, brightness: int = 60, codec: str = "") -> Shower:
        made = Shower(session, brightness, codec)
        self._people.append(made)
        await made.show(self.rig.link, "r", "hall" if place == "hall" else "shared")
        return made

    async def looker(self, session: str, lines: int = 2) -> Looker:
        made = Looker(session, lines)
        self._people.append(made)
        await made.look(self.rig.link, "r")
        return made

    async def close(self) -> None:
        for one in self._people:
            await one.close()


@pytest.fixture
async def gallery(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gallery]:
    """The machine may be busy: that pictures are given up then is test_pacer's."""
    monkeypatch.setattr(pacer, "LATE_MS", 60_000)
    monkeypatch.setattr(pacer, "OLD_MS", 60_000)
    await rig.link.open("r")
    made = Gallery(rig)
    yield made
    await made.close()


async def test_the_hall_is_seen_and_a_late_comer_sees_it_too(gallery: Gallery) -> None:
    await gallery.allow(hall="hall")
    one = await gallery.looker("one")
    await gallery.shower("hall", "hall", 60)
    await one.sees(1, 60)
    late = await gallery.looker("late")
    await late.sees(1, 60)
    await gallery.rig.hears(Picture, session="hall", place="hall", on=True)
    assert not one.seen[0]


async def test_what_is_shared_changes_hands_on_the_same_stream_while_the_hall_goes_on(gallery: Gallery) -> None:
    await gallery.allow(hall="hall", shared="an")
    one = await gallery.looker("one")
    await gallery.shower("hall", "hall", 40)
    an = await gallery.shower("an", "shared", 120)
    await one.sees(0, 120)
    await gallery.allow(hall="hall", shared="binh")
    assert "shared" not in gallery.pictures.cameras
    with pytest.raises(MediaRefused):
        await an.show(gallery.rig.link, "r", "shared")
    await gallery.shower("binh", "shared", 200)
    await one.sees(0, 200)
    await one.sees(1, 40)


async def test_nobody_shows_without_leave_and_nobody_looks_with_nonsense(gallery: Gallery) -> None:
    with pytest.raises(MediaRefused) as refused:
        await gallery.shower("an", "shared")
    assert refused.value.code == "no_session"
    for sdp in ("", "v=0", "x" * 70_000):
        with pytest.raises(BadOffer):
            await gallery.rig.link.look("r", "an", sdp)
    await gallery.allow(shared="an")
    with pytest.raises(BadOffer):
        await gallery.rig.link.show("r", "an", "shared", await gallery.rig.client("an").offer())


async def test_without_remote_sound_no_picture_stays(gallery: Gallery) -> None:
    await gallery.allow(hall="hall")
    await gallery.shower("hall", "hall")
    one = await gallery.looker("one")
    await one.sees(1, 60)
    await gallery.rig.link.gate("r", capture=False, remote_sound=False)
    assert not gallery.pictures.cameras
    await gallery.rig.link.gate("r", capture=False, remote_sound=True)
    with pytest.raises(MediaRefused):
        await gallery.shower("hall", "hall")


async def test_who_leaves_takes_pictures_along(gallery: Gallery) -> None:
    await gallery.allow(shared="an")
    await gallery.shower("an", "shared")
    one = await gallery.looker("one")
    await one.sees(0, 60)
    await gallery.rig.link.leave("r", "an")
    await gallery.rig.link.leave("r", "one")
    assert not gallery.pictures.cameras
    assert not gallery.pictures.viewers
    await gallery.rig.hears(Picture, session="an", place="shared", on=False)


async def test_h264_goes_through_where_a_sender_has_nothing_else(gallery: Gallery) -> None:
    await gallery.allow(shared="an")
    one = await gallery.looker("one", 1)
    await gallery.shower("an", "shared", 90, "H264")
    await one.sees(0, 90)


async def test_a_lost_packet_is_sent_again_as_it_was(gallery: Gallery) -> None:
    await gallery.allow(shared="an")
    one = await gallery.looker("one", 1)
    await gallery.shower("an", "shared")
    await one.sees(0, 60)
    viewer = gallery.pictures.viewers["one"]
    stream = viewer.streams["shared"]
    sent: list[bytes] = []
    send = viewer.peer.send
    viewer.peer.send = lambda packet: (sent.append(packet), send(packet))[1]  # type: ignore[method-assign, func-returns-value]
    await until(lambda: len(sent) > 3, 10)
    first = sent[1]
    read = read_header(first, 0)
    assert read is not None
    begun = len(sent)
    viewer.rtcp(nack(1, stream.writer.ssrc, (read[1],)))
    assert sent[begun] == first


async def test_a_weak_line_gets_sound_and_no_picture_until_it_is_good_again(gallery: Gallery) -> None:
    rig = gallery.rig
    voice = Voice(speech_like(60))
    speaker, listener = rig.client("an", voice), rig.client("one", Voice())
    await speaker.join(rig.link, "r")
    await listener.join(rig.link, "r")
    await gallery.allow(shared="an")
    await gallery.shower("an", "shared")
    one = await gallery.looker("one", 1)
    await one.sees(0, 60)
    rig.node._rooms["r"].participants["one"].line.weak = True
    await rig.hears(Held, session="one", held=True)
    writer, heard = gallery.pictures.viewers["one"].streams["shared"].writer, len(listener.heard)
    sent = writer.packets
    await until(lambda: len(listener.heard) > heard + 100, 15)
    assert writer.packets == sent


async def test_a_line_that_bears_one_picture_keeps_what_is_shared(gallery: Gallery) -> None:
    rig = gallery.rig
    await gallery.allow(hall="hall", shared="an")
    one = await gallery.looker("one")
    await gallery.shower("hall", "hall", 40)
    await gallery.shower("an", "shared", 120)
    await one.sees(0, 120)
    await one.sees(1, 40)
    viewer = gallery.pictures.viewers["one"]

    def pressed() -> bool:
        """Its browser tells of a quarter lost."""
        block = feedback._REPORT.pack(viewer.streams["shared"].writer.ssrc, 60 << 24, 0, 0, 0, 0)
        viewer.rtcp(feedback.compound(5, (), (block,), 0))
        return bool(rig.said(Held, session="one"))

    await until(pressed, 30)
    told = rig.said(Held, session="one")[0]
    assert told == Held("r", "one", False, ("hall",))
    hall = viewer.streams["hall"].writer.packets
    await one.sees(0, 120)
    assert viewer.streams["hall"].writer.packets == hall

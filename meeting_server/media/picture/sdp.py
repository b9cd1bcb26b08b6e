"""Offers of who shows and who looks on, answered. Pure; nothing but BadOffer is ever raised.

Who shows sends one video line: VP8 is chosen, H.264 where nothing else is offered. Who looks on has one line or two:
the first is what is shared, the second the hall. Both are told all codecs they offered, because a camera may have only
one of them. No retransmission stream, no FEC: a packet is sent again as it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from meeting_server.media.errors import BadOffer
from meeting_server.media.picture.payload import CODECS, Codec
from meeting_server.media.sdp import (
    MID_URI,
    Attributes,
    Line,
    Offer,
    Transport,
    read_lines,
    rejected,
    transport_lines,
    with_transport,
)

MOST_LINES = 2
_FORMAT = re.compile(r"[A-Za-z0-9=;-]{1,200}")
_FEEDBACK = ("nack", "nack pli", "goog-remb")


@dataclass(frozen=True, slots=True)
class Video:
    """One video line's payload types, and the format parameters of H.264."""

    types: dict[Codec, int]
    h264: str = ""


@dataclass(frozen=True, slots=True)
class PictureOffer:
    """``videos``: one a line of ``offer``, None for lines that are not for us."""

    offer: Offer
    videos: tuple[Video | None, ...]


def read_showing(text: str) -> PictureOffer:
    """Of who shows: the first video line that sends. Raises BadOffer."""
    found = _read(text, lambda line: line.sends, 1)
    video = next(video for video in found.videos if video is not None)
    codec = next(codec for codec in CODECS if codec in video.types)
    chosen = Video({codec: video.types[codec]}, video.h264)
    return PictureOffer(found.offer, tuple(chosen if video else None for video in found.videos))


def read_looking(text: str) -> PictureOffer:
    """Of who looks on: up to MOST_LINES video lines that receive. Raises BadOffer."""
    return _read(text, lambda line: line.receives, MOST_LINES)


def _read(text: str, wanted: Callable[[Line], bool], most: int) -> PictureOffer:
    lines, media, session = read_lines(text)
    videos: list[Video | None] = []
    for line, attributes in zip(lines, media, strict=True):
        video = _video(line, attributes) if line.kind == "video" and "SAVP" in line.protocol else None
        full = sum(one is not None for one in videos) >= most
        videos.append(video if video is not None and not full and wanted(line) else None)
    first = next((number for number, video in enumerate(videos) if video is not None), -1)
    if first < 0:
        raise BadOffer("no m-line offers VP8 or H.264")
    return PictureOffer(with_transport(lines, media[first], session), tuple(videos))


def _video(line: Line, attributes: Attributes) -> Video | None:
    types: dict[Codec, int] = {}
    formats = dict(_split(entry) for entry in attributes.get("fmtp", []))
    chosen = ""
    for number, name in (_split(entry) for entry in attributes.get("rtpmap", [])):
        if number not in line.formats or not _usable(number):
            continue
        if name.lower() == "vp8/90000":
            types.setdefault("VP8", int(number))
        elif name.lower() == "h264/90000" and "H264" not in types:
            told = formats.get(number, "").replace(" ", "")
            if "packetization-mode=1" in told and _FORMAT.fullmatch(told):
                types["H264"], chosen = int(number), told
    return Video(types, chosen) if types else None


def _split(entry: str) -> tuple[str, str]:
    number, _, rest = entry.partition(" ")
    return number, rest.strip()


def _usable(number: str) -> bool:
    """RFC 5761 §4: 64–95 would look like RTCP."""
    return (
        number.isascii()
        and number.isdigit()
        and len(number) <= 3
        and int(number) <= 127
        and not 64 <= int(number) <= 95
    )


def answer(
    offered: PictureOffer, transport: Transport, *, ssrcs: tuple[int, ...] = (), bitrate: int = 0
) -> str:  # fmt: skip
    """``ssrcs``: our streams, one a line that looks on; without them the line is received, at ``bitrate`` bit/s."""
    offer, free = offered.offer, list(ssrcs)
    bundle = " ".join(line.mid for line, video in zip(offer.lines, offered.videos, strict=True) if video)
    lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", f"a=group:BUNDLE {bundle}", "a=msid-semantic: WMS *"]
    for line, video in zip(offer.lines, offered.videos, strict=True):
        if video is None:
            lines += rejected(line)
        else:
            lines += _answered(line, video, free.pop(0) if free else 0, bitrate)
            lines += transport_lines(offer.setup, transport)
    return "\r\n".join(lines) + "\r\n"


def _answered(line: Line, video: Video, ssrc: int, bitrate: int) -> list[str]:
    types = [str(number) for number in video.types.values()]
    limit = [f"b=AS:{bitrate // 1000}", f"b=TIAS:{bitrate}"] if bitrate else []
    found = [
        f"m=video 9 {line.protocol} {' '.join(types)}", "c=IN IP4 0.0.0.0", *limit, "a=rtcp:9 IN IP4 0.0.0.0",
        f"a=mid:{line.mid}", "a=sendonly" if ssrc else "a=recvonly", "a=rtcp-mux", "a=rtcp-rsize",
    ]  # fmt: skip
    for codec, number in video.types.items():
        found.append(f"a=rtpmap:{number} {codec}/90000")
        found += [f"a=rtcp-fb:{number} {kind}" for kind in _FEEDBACK]
        if codec == "H264":
            found.append(f"a=fmtp:{number} {video.h264}")
    found += [f"a=extmap:{line.mid_id} {MID_URI}"] if line.mid_id else []
    return [*found, *([f"a=msid:picture-{ssrc} picture-{ssrc}", f"a=ssrc:{ssrc} cname:room"] if ssrc else [])]

"""Hostile bytes against every parser that a stranger or a member's browser reaches: RTP, RTCP, STUN and DTLS, SDP.

``make bench-media_fuzz``, or ``python -m benchmarks.media_fuzz SECONDS`` (for each parser; 5 if not given):
coverage-guided (atheris, x86-64), each parser in a process of its own, begun with ``tests/cases/media``. An input on
which anything but the one named refusal escapes is written to ``var/fuzz`` and the run ends with 1. Last line: one JSON
object.
"""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent
FOUND = ROOT / "tests" / "cases" / "media"
CRASHES = ROOT / "var" / "fuzz"
TARGETS = ("rtp", "rtcp", "sdp", "datagram", "picture", "picture_sdp")
SECONDS = 5
LONGEST = {"sdp": 8192, "picture_sdp": 8192}


def main() -> int:
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    CRASHES.mkdir(parents=True, exist_ok=True)
    told: dict[str, int] = {}
    escaped = 0
    print("| parser | inputs | escaped |\n|---|---|---|")
    for target in TARGETS:
        inputs, broke = fuzz(target, seconds)
        told[f"{target}_inputs"] = inputs
        escaped += broke
        print(f"| {target} | {inputs:,} | {broke} |", flush=True)
    print(json.dumps({**told, "seconds_each": seconds, "escaped": escaped}))
    return 1 if escaped else 0


def fuzz(target: str, seconds: int) -> tuple[int, int]:
    """Inputs tried, and 1 when one of them broke the parser."""
    with tempfile.TemporaryDirectory() as corpus:
        command = [
            sys.executable, "-m", "benchmarks.media_fuzz", "--target", target, f"-max_total_time={seconds}",
            f"-max_len={LONGEST.get(target, 2048)}", "-print_final_stats=1", "-timeout=10",
            f"-artifact_prefix={CRASHES}/{target}-", corpus, str(FOUND),
        ]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds + 120)
    counted = re.search(r"stat::number_of_executed_units:\s*(\d+)", done.stderr)
    if done.returncode:
        print((done.stdout + done.stderr)[-3000:], file=sys.stderr)
    return int(counted[1]) if counted else 0, int(done.returncode != 0)


# -- in the process of one parser --------------------------------------------------------------------------------------


def child(target: str, arguments: list[str]) -> None:
    import atheris  # here, and the parsers under its instruments

    with atheris.instrument_imports(include=["meeting_server.media", "aioice"]):
        made: Callable[[], Callable[[bytes], None]] = {
            "rtp": _rtp, "rtcp": _rtcp, "sdp": _sdp, "datagram": _datagram,
            "picture": _picture, "picture_sdp": _picture_sdp,
        }[target]  # fmt: skip
        take = made()
    atheris.Setup([sys.argv[0], *arguments], take)
    atheris.Fuzz()


def _rtp() -> Callable[[bytes], None]:
    from meeting_server.media.rtp import payload_of, read_header

    def take(data: bytes) -> None:
        read = read_header(data, 1)
        if read is not None:
            payload_of(data, read[6])

    return take


def _rtcp() -> Callable[[bytes], None]:
    from meeting_server.media import feedback

    def take(data: bytes) -> None:
        for told in feedback.read(data):
            if isinstance(told, feedback.Told):
                told.round_trip(1_790_000_000_000)

    return take


def _sdp() -> Callable[[bytes], None]:
    from meeting_server.media.errors import BadOffer
    from tests.meeting_server.media.test_sdp import answered

    def take(data: bytes) -> None:
        with contextlib.suppress(BadOffer):
            answered(data.decode("utf-8", "replace"))

    return take


def _picture() -> Callable[[bytes], None]:
    """Payloads and feedback of pictures."""
    from meeting_server.media.picture import rtcp
    from meeting_server.media.picture.payload import CODECS, read_start, renumbered

    def take(data: bytes) -> None:
        for codec in CODECS:
            start = read_start(codec, data)
            if start is not None:
                renumbered(data, start, 77, 7)
        rtcp.read(data)

    return take


def _picture_sdp() -> Callable[[bytes], None]:
    from meeting_server.media.errors import BadOffer
    from meeting_server.media.picture.sdp import answer, read_looking, read_showing
    from tests.meeting_server.media.test_sdp import SSRCS, TRANSPORT

    def take(data: bytes) -> None:
        for read in (read_showing, read_looking):
            with contextlib.suppress(BadOffer):
                answer(read(data.decode("utf-8", "replace")), TRANSPORT, ssrcs=SSRCS)

    return take


def _datagram() -> Callable[[bytes], None]:
    """A live participant's socket: the first byte says whether the sender's address is known."""
    from tests.meeting_server.media.test_hostile import Alone

    alone = Alone(Path(tempfile.mkdtemp()))

    def take(data: bytes) -> None:
        if data:
            alone.take(data[1:], alone.checked if data[0] & 1 else ("127.0.0.1", 10))

    return take


if __name__ == "__main__":
    if "--target" in sys.argv:
        child(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(main())

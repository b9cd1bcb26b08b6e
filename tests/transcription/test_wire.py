"""Frames carry what they say, and an older peer's frame is still read."""

from __future__ import annotations

import json

from transcription.wire import Heard, Result, pack, read_message, result_frame, unpack

RESULT = Result("t:0", "t", 0, 48_000, "Xin chào", "xin chào", 900, "m", words=(Heard(0, 9, "xin", 800),), level=-23)


def test_a_result_keeps_every_field_on_its_way() -> None:
    assert read_message(result_frame(RESULT)) == RESULT


def test_a_result_of_an_older_worker_has_no_level() -> None:
    head, _ = unpack(result_frame(RESULT))
    del head["level"]
    read = read_message(pack(json.loads(json.dumps(head))))
    assert isinstance(read, Result)
    assert read.level == 0

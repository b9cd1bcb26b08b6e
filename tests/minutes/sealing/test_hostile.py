"""Whatever a forger writes into the parts, and even signs: the verifier judges, and never falls over."""

from __future__ import annotations

import json
import os
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks import forgeries
from minutes.sealing import archive, contents
from minutes.sealing.keys import Keys
from minutes.sealing.verify import verify_bytes
from tests.minutes.export import papers

nonsense: Any = st.one_of(
    st.sampled_from(
        [None, True, -1, 0, 2**70, "", "x", "\x1b[2J", "\ud800", 0.5, [], {}, [None], {"a": []}, "9" * 5000]
    ),
    st.text(max_size=6),
)
PARTS = ("minutes.json", "attendance.json", "votes.json", "log.jsonl", "manifest.json", "receipt.json")


GROUND: list[forgeries.Ground] = []  # not an argument: Hypothesis would print all its bytes


@pytest.fixture(scope="module", autouse=True)
def ground(keys: Keys, other_keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> None:
    GROUND[:] = [forgeries.ground(papers.whole(), keys, other_keys, tmp_path_factory.mktemp("heads"), papers.START)]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


def raw(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode("utf-8", "surrogatepass")


@settings(max_examples=int(os.environ.get("HOPCHIBO_EXAMPLES", "100")), deadline=None)
@given(st.sampled_from(PARTS), nonsense, st.integers(0, 2**31))
def test_nonsense_in_any_field_is_judged(part: str, new: Any, seed: int) -> None:
    base = GROUND[0]
    parts, chance = base.parts, random.Random(seed)
    if part == "log.jsonl":
        lines = parts[part].splitlines()
        at = chance.randrange(len(lines))
        line = json.loads(lines[at])
        if "body" in line and chance.random() < 0.5:
            body = json.loads(line["body"])
            line["body"] = raw(replaced(body, chance.choice(places(body)), new)).decode("utf-8", "replace")
        else:
            line = replaced(line, chance.choice(places(line)), new)
        lines[at] = raw(line)
        forged = b"\n".join(lines) + b"\n"
    else:
        value = json.loads(parts[part])
        forged = raw(replaced(value, chance.choice(places(value)), new))
    parts[part] = forged
    if part == "manifest.json":
        parts["manifest.sig"] = base.keys.manifest_key.sign(forged)
        packed = archive.pack(parts)
    else:
        packed = archive.pack(parts) if part == "receipt.json" else forgeries.signed_anew(base, parts)
    verdict = verify_bytes(packed, base.against())
    json.dumps(verdict.as_dict())
    assert verdict.text()
    assert verdict.whole == (forged == base.parts[part]) or part in ("minutes.json", "manifest.json")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([*contents.HASHED, *contents.SIGNED]), st.binary(max_size=300))
def test_garbage_for_a_part_is_judged(part: str, garbage: bytes) -> None:
    verdict = verify_bytes(archive.pack(GROUND[0].parts | {part: garbage}))
    assert not verdict.whole
    assert part in {fault.part for fault in verdict.faults}

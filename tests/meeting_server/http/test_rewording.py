"""From the button to the block: asked, proposed beside it, taken over only by a hand."""

from __future__ import annotations

from pathlib import Path

from tests.meeting_server.place import serving
from tests.meeting_server.test_rephrasing import endpoint, ok, said


async def test_a_wording_is_proposed_beside_the_block_and_taken_over_by_a_hand(tmp_path: Path) -> None:
    answers = ["Nội dung này bàn trong buổi sinh hoạt: góp 500.000 đồng.", "Bàn việc góp 200.000 đồng của mỗi hộ."]
    async with (
        endpoint(lambda _: ok(said(answers.pop(0)))) as (base, heard),
        serving(tmp_path, rephraser=base, rephraser_model="m") as place,
    ):
        desk, meeting = place.signed_in("bithu"), await place.meeting()
        async with place.live(meeting, desk, device="computer") as live:
            await live.told("snapshot")
            for name, args in (
                ("decide_recording", {"record": False, "transcribe": False}),
                ("open", {}),
                ("draft", {}),
            ):
                assert (await live.do(name, **args))["type"] == "accepted"
            assert live.views["meeting"]["rephraser"] is True
            text = "Bàn việc mỗi hộ góp 200.000 đồng."
            version = live.views["document"]["version"]
            done = await live.do("insert_block", kind="note", text=text, base_version=version)
            assert done["type"] == "accepted", done

            def block() -> dict[str, object]:
                return next(b for b in live.views["document"]["blocks"] if b["kind"] == "note")

            await live.until(lambda: any(b["kind"] == "note" for b in live.views["document"]["blocks"]))
            assert (await live.do("rephrase", block=block()["id"]))["type"] == "accepted"
            notice = await live.told("notice")
            assert "không dùng" in notice["text"]  # a lie is never shown
            assert "proposal" not in block()
            assert (await live.do("rephrase", block=block()["id"]))["type"] == "accepted"
            await live.until(lambda: "proposal" in block())
            assert block()["reworded"] is True
            assert block()["text"] == text
            version = live.views["document"]["version"]
            saved = await live.do("save_block", block=block()["id"], text=block()["proposal"], base_version=version)
            assert saved["type"] == "accepted"
            await live.until(lambda: "proposal" not in block())
            assert "của mỗi hộ" in str(block()["text"])
    assert len(heard) == 2

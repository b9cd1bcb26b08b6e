"""What the chair reads before approving: the differences to the passed version and to the machine's draft."""

from __future__ import annotations

from meeting_server.http.desk import differing
from meeting_server.room import commands as c
from tests.meeting_server.place import MEMBER, Place
from tests.meeting_server.room.given import CHAIR, SECRETARY, drafted, opened
from tests.meeting_server.test_sealer import approved


def test_both_lists_are_told_apart_word_by_word() -> None:
    table = drafted(opened(), "Đồng chí Khang đề nghị sửa đường.", "Đoạn thứ hai.")
    table.does(SECRETARY, c.SaveBlock("k0", 1, "Đồng chí Khang đề nghị làm đường."))
    assert differing(table.entries)["since_passed"] is None
    table.does(SECRETARY, c.ReadBack()).does(CHAIR, c.PassMinutes(5), c.Close())
    table.does(SECRETARY, c.SaveBlock("k1", table.room.document.version, "Đoạn thứ hai, sửa sau.", reason="rõ nghĩa"))
    found = differing(table.entries)
    assert [one["block"] for one in found["since_passed"]] == ["k1"]
    assert found["since_draft"][0] == {
        "block": "k0", "what": "changed",
        "pieces": [["same", "Đồng chí Khang đề nghị"], ["out", "sửa"], ["in", "làm"], ["same", "đường."]],
    }  # fmt: skip
    assert [one["block"] for one in found["since_draft"]] == ["k0", "k1"]


async def test_the_differences_are_the_desks(place: Place) -> None:
    meeting = await approved(place)
    told = (await place.signed_in("bithu").get(f"/api/meetings/{meeting}/differences")).json()
    assert told["since_passed"] == []
    assert all(set(one) == {"block", "what", "pieces"} for one in told["since_draft"])
    member = place.signed_in(place.account_for(MEMBER))
    assert (await member.get(f"/api/meetings/{meeting}/differences")).status_code == 403

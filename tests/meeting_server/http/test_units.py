"""The tree of units: founded and named anew by the administrator alone, by the rules, and written down."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.meeting_server.place import Place


async def tree(client: httpx.AsyncClient) -> dict[str, Any]:
    reply = await client.get("/api/units")
    assert reply.status_code == 200
    return {one["name"]: one for one in reply.json()["units"]} | {"changes": reply.json()["changes"]}


async def test_a_commune_and_a_cell_below_it_are_founded_renamed_and_told_of(place: Place) -> None:
    admin = place.signed_in("quantri")
    made = await admin.post("/api/units", json={"kind": "commune", "name": "Đảng bộ xã Yên Nhân", "term": "2025-2030"})
    commune = made.json()["id"]
    new = {"kind": "cell", "name": "Chi bộ thôn Mị", "parent": commune, "place": "Nhà văn hóa thôn"}
    cell = (await admin.post("/api/units", json=new)).json()["id"]
    reply = await admin.patch(f"/api/units/{cell}", json={"name": "Chi bộ thôn Mỵ", "place": "", "term": "2025-2027"})
    assert reply.json() == {"id": cell}
    found = await tree(admin)
    assert found["Chi bộ thôn Mỵ"] == {
        "id": cell, "name": "Chi bộ thôn Mỵ", "level": "cell", "parent": commune, "place": "", "term": "2025-2027",
        "depth": 1,
    }  # fmt: skip
    assert [(one["name"], one["action"], one["detail"]) for one in found["changes"]] == [
        ("quantri", "unit_renamed", "Chi bộ thôn Mị → Chi bộ thôn Mỵ"),
        ("quantri", "unit_added", "Chi bộ thôn Mị"),
        ("quantri", "unit_added", "Đảng bộ xã Yên Nhân"),
    ]
    assert (await admin.get(f"/api/cells/{cell}")).json()["parent_name"] == "Đảng bộ xã Yên Nhân"


@pytest.mark.parametrize(
    ("wrong", "status", "says"),
    [
        ({"kind": "cell", "name": "Chi bộ A"}, 409, "phải thuộc một tổ chức cấp xã"),
        ({"kind": "commune", "name": "Đảng bộ xã", "parent": "u-khong"}, 409, "Không có tổ chức mang mã u-khong"),
        ({"kind": "province", "name": "X"}, 409, "từ 2 đến 200"),
        ({"kind": "province", "name": "TỈNH UỶ MỘT"}, 409, "Đã có"),
        ({"kind": "ward", "name": "Phường"}, 422, ""),
        ({"kind": "province", "name": "x" * 201}, 422, ""),
        ({"kind": "province", "name": "Tỉnh ủy", "term": "2025 đến 2030"}, 422, ""),
        ({"kind": "province", "name": "Tỉnh ủy", "place": "x" * 501}, 422, ""),
    ],
)
async def test_what_cannot_stand_is_refused_and_nothing_is_changed(
    place: Place, wrong: dict[str, str], status: int, says: str
) -> None:
    admin = place.signed_in("quantri")
    assert (await admin.post("/api/units", json={"kind": "province", "name": "Tỉnh uỷ Một"})).status_code == 200
    before = await tree(admin)
    reply = await admin.post("/api/units", json=wrong)
    assert reply.status_code == status
    assert says in reply.json()["message"]
    assert await tree(admin) == before


async def test_a_name_taken_beside_it_or_a_unit_that_is_not_there_cannot_be_renamed_to(place: Place) -> None:
    admin = place.signed_in("quantri")
    for name in ("Tỉnh ủy Một", "Tỉnh ủy Hai"):
        await admin.post("/api/units", json={"kind": "province", "name": name})
    before = await tree(admin)
    taken = await admin.patch(f"/api/units/{before['Tỉnh ủy Hai']['id']}", json={"name": "Tỉnh ủy một"})
    assert (taken.status_code, taken.json()["code"]) == (409, "cannot_found")
    assert (await admin.patch("/api/units/u-khong", json={"name": "Tỉnh ủy Ba"})).status_code == 404
    assert await tree(admin) == before
    own = await admin.patch(f"/api/units/{before['Tỉnh ủy Hai']['id']}", json={"name": "Tỉnh ủy HAI"})
    assert own.status_code == 200, "its own name, written otherwise, is not taken"


async def test_others_neither_see_nor_change_the_tree(place: Place) -> None:
    leader = place.signed_in("bithu")
    assert (await leader.get("/api/units")).status_code == 403
    assert (await leader.post("/api/units", json={"kind": "province", "name": "Tỉnh ủy"})).status_code == 403
    assert (await leader.patch(f"/api/units/{place.cell}", json={"name": "Chi bộ khác"})).status_code == 403

"""Signing in and out, printed codes, and what is said to those who may not."""

from __future__ import annotations

from tests.meeting_server.place import COOKIE, PASSWORD, Place


async def test_signing_in_gives_a_cookie_that_scripts_cannot_read(place: Place) -> None:
    reply = await place.client().post("/api/login", json={"name": "bithu", "password": PASSWORD})
    assert reply.status_code == 200
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    me = reply.json()
    assert (me["name"], me["roles"], me["demonstration"]) == ("Vi Văn Thuận", ["leader", "member"], True)


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(place: Place) -> None:
    client = place.client()
    wrong = await client.post("/api/login", json={"name": "bithu", "password": "khong-phai-day"})
    unknown = await client.post("/api/login", json={"name": "khongco", "password": "khong-phai-day"})
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.json() == unknown.json() == {"code": "wrong_password", "message": "Tên hoặc mật khẩu không đúng."}


async def test_guessing_is_slowed_by_account(place: Place) -> None:
    client = place.client()
    codes = [
        (await client.post("/api/login", json={"name": "bithu", "password": f"sai-mat-khau-{n}"})).status_code
        for n in range(10)
    ]
    assert codes == [401] * 8 + [429] * 2
    right = await client.post("/api/login", json={"name": "bithu", "password": PASSWORD})
    assert right.status_code == 429
    assert "quá nhiều lần" in right.json()["message"]


async def test_signing_out_ends_the_session_on_the_server(place: Place) -> None:
    client = place.signed_in("bithu")
    token = client.cookies[COOKIE]
    assert (await client.get("/api/me")).status_code == 200
    assert (await client.post("/api/logout")).status_code == 204
    assert (await place.client({COOKIE: token}).get("/api/me")).status_code == 401


async def test_a_printed_code_regains_access_once_and_ends_other_sessions(place: Place) -> None:
    administrator, leader = place.signed_in("quantri"), place.signed_in("bithu")
    account = next(
        one for one in (await administrator.get("/api/accounts")).json()["accounts"] if one["name"] == "bithu"
    )
    code = (await administrator.post(f"/api/accounts/{account['id']}/code")).json()["code"]
    client = place.client()
    typed = code.lower().replace("-", " ")
    reply = await client.post("/api/recover", json={"code": typed, "password": "mat-khau-moi-2026"})
    assert reply.status_code == 200
    assert (await client.get("/api/me")).json()["account"] == account["id"]
    assert (await leader.get("/api/me")).status_code == 401
    again = await place.client().post("/api/recover", json={"code": code, "password": "mat-khau-nua-2026"})
    assert (again.status_code, again.json()["code"]) == (403, "wrong_code")


async def test_a_short_password_is_refused_in_words(place: Place) -> None:
    reply = await place.client().post("/api/recover", json={"code": "AAAA", "password": "ngan"})
    assert (reply.status_code, reply.json()["code"]) == (422, "password_length")


async def test_accounts_are_made_with_a_code_instead_of_a_password(place: Place) -> None:
    administrator = place.signed_in("quantri")
    body = {"name": "hop", "person": "Lang Văn Hợp", "cell": place.cell}
    made = await administrator.post("/api/accounts", json=body)
    assert made.status_code == 200
    assert len(made.json()["code"]) == 19
    assert (await administrator.post("/api/accounts", json=body)).status_code == 409
    lost = await place.client().post("/api/login", json={"name": "hop", "password": ""})
    assert lost.status_code == 422
    reply = await place.client().post("/api/recover", json={"code": made.json()["code"], "password": "mat-khau-rieng"})
    assert reply.json()["member"] == place.ids["Lang Văn Hợp"]


async def test_a_viewer_of_the_commune_is_of_no_cell_and_looks_down_from_there(place: Place) -> None:
    administrator = place.signed_in("quantri")
    cells = (await administrator.get("/api/cells")).json()["cells"]
    commune = next(one["id"] for one in cells if one["level"] == "commune")
    new = {"name": "vanphong", "person": "Hà Thị Cán", "upper_viewer": True}
    refused = await administrator.post("/api/accounts", json=new)
    assert (refused.status_code, refused.json()["code"]) == (422, "unit_needed")
    made = await administrator.post("/api/accounts", json={**new, "cell": commune})
    assert made.status_code == 200, made.text
    client = place.client()
    body = {"code": made.json()["code"], "password": "mat-khau-moi-2026"}
    me = (await client.post("/api/recover", json=body)).json()
    assert (me["name"], me["roles"]) == ("Hà Thị Cán", ["upper_viewer"])
    shown = {one["name"]: one for one in (await administrator.get("/api/accounts")).json()["accounts"]}
    assert (shown["vanphong"]["person"], bool(shown["vanphong"]["cell_name"])) == ("Hà Thị Cán", True)


async def test_a_locked_account_is_out_at_once_and_comes_back_when_unlocked(place: Place) -> None:
    administrator, leader = place.signed_in("quantri"), place.signed_in("bithu")
    accounts = {one["name"]: one["id"] for one in (await administrator.get("/api/accounts")).json()["accounts"]}
    path = f"/api/accounts/{accounts['bithu']}"
    assert (await administrator.patch(path, json={"disabled": True})).status_code == 200
    assert (await leader.get("/api/me")).status_code == 401
    reply = await place.client().post("/api/login", json={"name": "bithu", "password": PASSWORD})
    assert reply.status_code == 401
    await administrator.patch(path, json={"disabled": False})
    assert (await leader.get("/api/me")).status_code == 200
    own = await administrator.patch(f"/api/accounts/{accounts['quantri']}", json={"disabled": True})
    assert own.json()["code"] == "own_account"

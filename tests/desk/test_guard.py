"""Who may ask, how much, and what a browser may do with the answer."""

import logging

import pytest

from multipolar.desk.guard import COOKIE, LARGEST_BODY
from multipolar.desk.serve import Address, access_for
from multipolar.errors import InputError

GUARDED = ["/api/worlds", "/api/measures", "/api/scenarios", "/api/runs", "/api/briefs/beijing-2024", "/openapi.json",
           "/r/0123456789ab.csv"]


def test_every_answer_tells_the_browser_to_load_nothing_from_elsewhere(client):
    for path in ("/", "/api/status", "/nothing", "/api/worlds/nothing"):
        headers = client.get(path).headers
        policy = headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


@pytest.mark.parametrize("host", ["desk.example", "localhost.example:8765", "169.254.169.254", ""])
def test_a_name_that_is_not_this_machines_is_refused(client, host):
    done = client.get("/api/worlds", headers={"host": host})
    assert done.status_code == 403
    assert "--host" in done.json()["error"]["message"]


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1:1", "[::1]:8765", "[::1]"])
def test_this_machines_names_are_taken(client, host):
    assert client.get("/api/worlds", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("headers", [
    {"origin": "http://elsewhere.example"}, {"origin": "null"}, {"origin": "http://localhost:9"},
    {"sec-fetch-site": "cross-site"}])
def test_another_sites_page_cannot_post(client, headers):
    done = client.post("/api/link", json={"link": "1.a"}, headers=headers)
    assert done.status_code == 403


def test_the_desks_own_page_can_post(client):
    done = client.post("/api/parse", json={"text": "version: 1"}, headers={"origin": "http://localhost"})
    assert done.status_code == 200


def test_large_bodies_are_refused_by_what_they_say(client):
    done = client.post("/api/parse", content=b"x" * (LARGEST_BODY + 1))
    assert done.status_code == 413


def test_large_bodies_that_do_not_say_their_length_are_cut_off(client):
    def endless():
        for _part in range(40):
            yield b"x" * 100_000

    done = client.post("/api/parse", content=endless())
    assert done.status_code in (400, 413)


@pytest.mark.parametrize("path", ["/../pyproject.toml", "/..%2f..%2fapp.py", "/%2e%2e/app.py", "/assets/../../app.py",
                                  "//etc/passwd", "/static/../app.py"])
def test_no_path_leaves_the_folder_of_the_page(client, path):
    done = client.get(path)
    assert done.status_code == 404


@pytest.mark.parametrize("path", GUARDED)
def test_beyond_this_machine_nothing_is_told_without_signing_in(guarded, path):
    client, _token = guarded
    done = client.get(path)
    assert done.status_code == 401
    assert done.json()["error"]["kind"] == "forbidden"


def test_a_wrong_token_does_not_sign_in(guarded):
    client, token = guarded
    for wrong in ("", token[:-1], token + "x", token.upper()):
        assert client.post("/api/session", json={"token": wrong}).status_code == 401
    assert client.get("/api/worlds").status_code == 401


def test_the_token_becomes_a_cookie_that_no_script_can_read(guarded):
    client, token = guarded
    done = client.post("/api/session", json={"token": token})
    assert done.status_code == 204
    cookie = done.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert token not in cookie
    assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}
    assert client.get("/api/worlds").status_code == 200
    assert client.get("/api/status").json()["signed_in"] is True


@pytest.mark.parametrize("cookie", ["", "x", "=", ";;;", '"', "multipolar-desk=", "\x7f=1"])
def test_a_made_up_cookie_opens_nothing(guarded, cookie):
    client, _token = guarded
    assert client.get("/api/worlds", headers={"cookie": f"{COOKIE}={cookie}"}).status_code == 401


def test_the_token_stands_in_no_log(guarded, caplog):
    client, token = guarded
    with caplog.at_level(logging.DEBUG):
        client.post("/api/session", json={"token": token})
        client.get(f"/api/worlds?token={token}")
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    assert all(token not in record.getMessage() for record in ours)


def test_this_machine_alone_needs_no_token_and_every_other_address_has_one():
    for host in ("127.0.0.1", "localhost", "::1", "127.1.2.3"):
        assert access_for(Address(host), None).token is None
    for host in ("0.0.0.0", "192.168.1.2", "desk.example"):
        assert len(access_for(Address(host), None).token or "") >= 16
    assert access_for(Address("127.0.0.1"), "a-token-of-some-length").token == "a-token-of-some-length"


def test_a_short_token_is_refused():
    with pytest.raises(InputError, match="5 letters"):
        access_for(Address("0.0.0.0"), "short")

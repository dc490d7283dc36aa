"""Host names, proxies, sizes, methods, odd signs: what comes in before any view."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from forum.testing.builders import login, make_area, make_topic, make_user
from forum.web.incoming import LARGEST_ID, read_number

SITE = "https://forum.example.org"
MakeApp = Callable[..., Flask]


def text_of(response: TestResponse) -> str:
    return unescape(response.text)


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("forum.example.org", 200),
        ("FORUM.example.org:443", 200),
        ("forum.example.org.", 200),
        ("forum.example.org..", 421),
        ("127.0.0.1:8000", 200),
        ("localhost", 200),
        ("evil.example", 421),
        ("forum.example.org.evil.example", 421),
        ("evil.example:forum.example.org", 421),
        ("", 200),
    ],
)
def test_the_site_answers_under_its_own_name(share_app: MakeApp, host: str, status: int) -> None:
    client = share_app(public_url=SITE).test_client()
    answer = client.get("/impressum", headers={"Host": host})
    assert answer.status_code == status
    if status == 421:
        text = text_of(answer)
        assert "Unter dieser Adresse gibt es dieses Forum nicht." in text
        # Neither what the site is called nor where it is.
        assert "forum.example.org" not in text and "Chapterhouse" not in text
        assert answer.headers["Cache-Control"] == "no-store"
    for path in ("/healthz", "/readyz"):  # load balancers know a process by its number
        assert client.get(path, headers={"Host": "10.0.0.7"}).status_code != 421


def test_without_a_name_of_its_own_the_site_answers_to_all(make_app: MakeApp) -> None:
    for url in ("", "http://127.0.0.1:8000", "http://localhost:8000", "http://0.0.0.0:8000"):
        client = make_app(public_url=url).test_client()
        assert client.get("/impressum", headers={"Host": "forum.local"}).status_code == 200


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "X-Forwarded-Server", "Forwarded", "Host"])
def test_no_address_of_others_gets_into_an_answer(app: Flask, header: str) -> None:
    root = make_area(app, "Bund", slug="bund", kind="federation")
    member = make_user(app)
    make_topic(
        app,
        make_area(app, "Hier", slug="hier", parent=root, members={member: "member"}),
        author=member,
    )
    client = login(app.test_client(), member)
    value = "host=evil.example" if header == "Forwarded" else "evil.example"
    paths = ("/", "/a/hier", "/a/hier/", "/t/1", "/login", "/none", "/sitemap.xml", "/robots.txt")
    for path in paths:
        answer = client.get(path, headers={header: value, "X-Forwarded-Proto": "https"})
        assert answer.status_code < 500
        assert "evil.example" not in answer.text + str(answer.headers), path


def test_the_slash_is_added_on_this_site(app: Flask) -> None:
    make_area(app, "Bund", slug="bund", kind="federation")
    client = app.test_client()
    for host in ("evil.example", "evil.example/x", "a b", "", "[", "localhost"):
        answer = client.get("/a/bund?sort=new", headers={"Host": host})
        assert (answer.status_code, answer.headers["Location"]) == (308, "/a/bund/?sort=new")
        assert "evil" not in answer.text
    assert client.get("//evil.example/").headers.get("Location", "/")[:2] != "//"
    assert client.get("///evil.example/a/bund").headers.get("Location", "/")[:2] != "//"


@pytest.mark.parametrize(("proxies", "address"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_as_many_proxies_are_trusted_as_the_operator_says(
    make_app: MakeApp, proxies: int, address: str
) -> None:
    app = make_app(public_url=SITE, trusted_proxies=proxies)
    seen: list[str] = []

    def note() -> None:
        from flask import request

        seen.append(f"{request.scheme}://{request.host} {request.remote_addr}")

    app.before_request_funcs.setdefault(None, []).append(note)
    headers = {
        "X-Forwarded-For": "198.51.100.1, 203.0.113.9",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "forum.example.org",
    }
    app.test_client().get("/impressum", headers=headers)
    found = "https://forum.example.org" if proxies else "http://localhost"
    assert seen == [f"{found} {address}"]


def test_login_through_a_proxy_with_https(make_app: MakeApp) -> None:
    """Without a Referer too: some members' browsers send none."""
    app = make_app(public_url=SITE, trusted_proxies=1)
    client = app.test_client()
    headers = {"X-Forwarded-Proto": "https", "Host": "forum.example.org"}
    page = client.get("/login", headers=headers)
    cookies = page.headers.getlist("Set-Cookie")
    assert [cookie.split("=")[0] for cookie in cookies] == ["__Host-forum-form"]
    assert all("Secure" in c and "HttpOnly" in c and "Path=/" in c for c in cookies)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("12", 12),
        (str(LARGEST_ID), LARGEST_ID),
        (str(LARGEST_ID + 1), None),
        ("9" * 5000, None),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("1e3", None),
        (" 1", None),
        ("١٢", None),
        ("²", None),
    ],
)
def test_a_number_is_ascii_digits_up_to_its_bound(text: str, number: int | None) -> None:
    assert read_number(text) == number


@pytest.mark.parametrize(
    "path",
    ["/t/2147483648", "/t/99999999999999999999", "/t/%D9%A1%D9%A2", "/t/-1", "/t/1%00", "/t/1%0A",
     "/a/bu%00nd/", "/u/a%00b", "/avatars/%00", "/t/1/p/9999999999", "/join/a%00b", "/static/%00",
     "/%00", "/a/bund%7F/"],
)  # fmt: skip
def test_an_address_that_is_none_is_not_found(app: Flask, path: str) -> None:
    make_area(app, "Bund", slug="bund", kind="federation")
    client = login(app.test_client(), make_user(app))
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("number", [str(2**31), str(2**63), "9" * 400])
def test_a_number_that_no_row_can_have_is_not_found(app: Flask, number: str) -> None:
    """Also where it comes in by a cursor, which may hold larger ones than the column."""
    from forum.web.pagination import encode_key

    member = make_user(app)
    make_area(app, "Bund", slug="bund", kind="federation", members={member: "admin"})
    client = login(app.test_client(), member)
    key = min(int(number), 2**63 - 1)
    cuts = dict.fromkeys(("/a/bund/log", "/a/bund/moderation/log", "/verzeichnis"), (key,))
    for path, cut in {**cuts, "/notifications": (1, key)}.items():
        answer = client.get(path, query_string={"after": encode_key(cut)})
        assert answer.status_code in (200, 404)
    assert client.get(f"/t/1?from={number}").status_code == 404
    assert client.get(f"/search?q=x&page={number}").status_code == 200


BODY = b"text=" + b"x" * (2 * 1024 * 1024)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", BODY),
        (
            "multipart/form-data; boundary=x",
            b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\n'
            + b"x" * (2 * 1024 * 1024)
            + b"\r\n--x--\r\n",
        ),
    ],
    ids=["urlencoded", "multipart"],
)
def test_two_megabytes_are_too_large_and_it_says_what_to_do(
    app: Flask, kind: str, body: bytes
) -> None:
    member = make_user(app)
    make_area(app, "Bund", slug="bund", kind="federation", members={member: "member"})
    client = login(app.test_client(), member)
    for path in ("/a/bund/new", "/preview", "/settings/profile"):
        answer = client.post(path, data=body, content_type=kind)
        assert answer.status_code == 413
        assert "Geh zurück: dein Text steht noch da." in text_of(answer)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"title": "x", "text": "x"}'),
        ("text/plain", b"title=x&text=x"),
        ("application/xml", b"<title/>"),
        ("multipart/form-data", b"no boundary"),
        ("multipart/form-data; boundary=x", b"--y\r\n"),
        ("application/x-www-form-urlencoded; charset=utf-7", b"text=+ADw-"),
        ("", b"title=x"),
    ],
)
def test_what_is_no_form_writes_nothing(app: Flask, kind: str, body: bytes) -> None:
    member = make_user(app)
    make_area(app, "Bund", slug="bund", kind="federation", members={member: "member"})
    client = login(app.test_client(), member)
    for path in ("/a/bund/new", "/settings/profile", "/login"):
        assert client.post(path, data=body, content_type=kind).status_code in (303, 400)


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "PROPFIND"])
def test_other_methods_are_refused_with_a_page(app: Flask, method: str) -> None:
    make_area(app, "Bund", slug="bund", kind="federation")
    client = login(app.test_client(), make_user(app))
    for path in ("/", "/a/bund/", "/login", "/settings/profile"):
        answer = client.open(path, method=method)
        assert answer.status_code == 405
        assert "<h1>So geht es nicht</h1>" in answer.text
    assert client.get("/a/bund/join").status_code == 405

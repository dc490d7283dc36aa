"""The mailbox of a demo: for the operator alone, whatever the mails are made of."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.demo.mailbox.store import DIRECTORY, KEPT, Mailbox
from forum.demo.mailbox.views import install_mailbox
from forum.testing.builders import login, make_operator, make_user

HOSTILE = (
    "<script>alert(1)</script><img src='https://evil.example/x.png' onerror=alert(1)>"
    "<form action='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example'>"
)


@dataclass
class Office:
    """A demo with a mailbox, its directory, and who looks at it."""

    app: Flask
    mailbox: Mailbox
    directory: Path
    operator: FlaskClient

    def bring(self, content: str | bytes) -> str:
        """Put a mail into the box; return the path of its page."""
        raw = content.encode() if isinstance(content, str) else content
        self.mailbox.keep(raw)
        return f"/admin/mailbox/{max(path.name for path in self.directory.iterdir())}"

    def read(self, path: str) -> str:
        """Return a page."""
        answer = self.operator.get(path)
        assert answer.status_code == 200
        return answer.text


@pytest.fixture
def office(make_app: Callable[..., Flask]) -> Iterator[Office]:
    """An empty mailbox; the directory is that of other tests too."""
    app = make_app()
    with app.app_context():
        install_mailbox(app)
    data_dir = app.config["FORUM"].data_dir
    operator = login(app.test_client(), make_operator(app))
    yield Office(app, Mailbox(data_dir), data_dir / DIRECTORY, operator)
    shutil.rmtree(data_dir / DIRECTORY, ignore_errors=True)


def write(*, subject: str = "Deine Übersicht", text: str = "Hallo", html: str = "") -> str:
    """Return a mail with two texts."""
    return (
        f"From: forum@localhost\r\nTo: anke@example.org\r\nSubject: {subject}\r\n"
        "Message-ID: <1@localhost>\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        f"--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n"
    )


def test_only_the_operator_looks_and_only_where_there_is_a_demo(office: Office, app: Flask) -> None:
    path = office.bring(write(html="<p>Hallo</p>"))
    member = login(office.app.test_client(), make_user(office.app))
    for page in ("/admin/mailbox", path, f"{path}/html"):
        assert office.app.test_client().get(page).status_code == 303
        assert member.get(page).status_code == 403
        assert office.operator.get(page).status_code == 200
        assert app.test_client().get(page).status_code == 404
    assert "/admin/mailbox" in office.read("/")
    assert "/admin/mailbox" not in member.get("/").text


def test_an_empty_box_says_so_and_what_is_not_there_is_not_found(office: Office) -> None:
    assert "Noch wurde keine Mail verschickt" in office.read("/admin/mailbox")
    office.bring(write())
    for name in ("x", "..%2Fsecret.key", "." * 29, f"{'0' * 20}-{'0' * 8}"):
        assert office.operator.get(f"/admin/mailbox/{name}").status_code == 404
    assert office.operator.get("/admin/mailbox?after=x").status_code == 404


def test_the_newest_come_first_a_page_at_a_time_and_the_oldest_make_room(office: Office) -> None:
    for number in range(KEPT + 3):
        office.mailbox.keep(write(subject=f"Nummer {number}.").encode())
    assert len(list(office.directory.iterdir())) == KEPT
    first = office.read("/admin/mailbox")
    numbers = [int(found) for found in re.findall(r"Nummer (\d+)\.", first)]
    assert numbers == list(range(KEPT + 2, KEPT - 48, -1))
    [older] = re.findall(r'href="(/admin/mailbox\?after=[^"]+)"', first)
    second = office.read(older)
    assert re.findall(r"Nummer (\d+)\.", second)[0] == str(KEPT - 48)
    [newer] = re.findall(r'href="(/admin/mailbox\?before=[^"]+)"', second)
    assert re.findall(r"Nummer (\d+)\.", office.read(newer))[0] == str(KEPT + 2)


def test_hostile_html_stands_in_a_frame_that_can_do_nothing(office: Office) -> None:
    path = office.bring(write(subject=HOSTILE, text=HOSTILE, html=HOSTILE))
    page = office.operator.get(path)
    assert "<script>alert" not in page.text
    assert "evil.example" not in re.sub(r"&lt;.*?&gt;|&#39;[^&]*&#39;", "", page.text)
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page.text
    assert page.headers["Content-Security-Policy"].endswith("; frame-src 'self'")
    frame = office.operator.get(f"{path}/html")
    assert HOSTILE in frame.text
    rules = frame.headers["Content-Security-Policy"].split("; ")
    assert rules[0] == "sandbox allow-popups allow-popups-to-escape-sandbox"
    assert {"default-src 'none'", "form-action 'none'", "frame-ancestors 'self'"} <= set(rules)
    assert not any("script" in rule or "http" in rule for rule in rules)
    assert frame.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe no mail at all",
        b"Subject: =?utf-8?q?=ff=fe?= =?nowhere?q?x?=\r\nTo: \xff\r\n\r\n\xff\x00",
        b"Content-Type: text/plain; charset=nowhere\r\n\r\nHallo",
        b'Content-Type: text/html; charset="\xff"\r\nSubject: x\r\n\r\n<p>Hallo',
        b"Subject: " + b"x" * 300_000 + b"\r\n\r\n",
        b"X: 1\r\n" * 20_000 + b"\r\nHallo",
        b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
            for n in range(3_000)
        ),
        b"\r\n\r\n" + b"Hallo " * 300_000,
    ],
    ids=[
        "empty",
        "bytes",
        "words",
        "charset",
        "charset of bytes",
        "field",
        "fields",
        "deep",
        "huge",
    ],
)
def test_a_mail_of_whatever_is_shown(office: Office, content: bytes) -> None:
    path = office.bring(content)
    assert path in office.read("/admin/mailbox")
    assert len(office.read(path)) < 400_000
    assert office.operator.get(f"{path}/html").status_code in (200, 404)

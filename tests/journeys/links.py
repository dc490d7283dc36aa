"""What programs do with a mail before anybody reads it: they open every address in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from html import unescape
from urllib.parse import urlsplit

from flask import Flask

from tests.journeys.snapshot import take_snapshot, tell_differences

_ADDRESS = re.compile(r"https?://[^\s\"'<>)]+")


def list_links(mail: EmailMessage) -> list[str]:
    """Return every address of the web in the headers and in all parts of a mail, in order."""
    texts = [str(value) for value in mail.values()]
    texts += [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
    return sorted({unescape(one) for text in texts for one in _ADDRESS.findall(text)})


def find_effects(app: Flask, links: list[str]) -> list[str]:
    """Open each link as a program without a session does; name what changed or went wrong.

    What is closed to strangers is not there for them: 404 is an answer.
    """
    return [f"{link}: {what}" for link in links for what in _open(app, link)]


def _open(app: Flask, link: str) -> Iterator[str]:
    parts = urlsplit(link)
    address = f"{parts.path}?{parts.query}" if parts.query else parts.path
    before = take_snapshot(app)
    for method in ("HEAD", "GET"):
        answer = app.test_client().open(address, method=method, follow_redirects=True)
        if answer.status_code not in (200, 404):
            yield f"{method} answers {answer.status_code}"
    yield from tell_differences(before, take_snapshot(app))

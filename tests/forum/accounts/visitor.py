"""A person with a browser and a mailbox, as the tests of accounts need them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.accounts import operations
from forum.accounts.passwords import hash_password
from forum.core.database import unit
from forum.core.mail import Mail
from forum.core.runner import run_all

PASSWORD = "vier zufällige Wörter"
_HIDDEN = re.compile(r'<input type="hidden" name="(csrf_token|key)" value="([^"]*)"')
_LINK = re.compile(r"https?://localhost(/\S+)")


@dataclass
class Visitor:
    """A browser that fills in forms: tokens are taken from the page the form stands on."""

    client: FlaskClient

    def get(self, path: str, **kw: Any) -> TestResponse:
        """Open a page."""
        # Buffered, so that what waits for the end of the response has run.
        return self.client.get(path, buffered=True, **kw)

    def send(self, path: str, *, page: str = "", **fields: Any) -> TestResponse:
        """Send a form; `page` is where it stands when it is not sent to its own address."""
        return self.client.post(path, data={**self.tokens(page or path), **fields})

    def tokens(self, page: str) -> dict[str, str]:
        """Return the hidden fields of the first form on a page."""
        found = _HIDDEN.findall(self.client.get(page).text)
        return dict(reversed([(name, unescape(value)) for name, value in found]))

    def sign_in(self, email: str, password: str = PASSWORD) -> TestResponse:
        """Sign in by the form."""
        return self.send("/login", email=email, password=password)

    @property
    def is_signed_in(self) -> bool:
        """Whether own settings open."""
        return self.get("/settings/access").status_code == 200


def make_member(app: Flask, name: str = "Anna Müller", email: str = "", **kw: Any) -> int:
    """Create a member with the tests' password."""
    with app.app_context():
        hashed = hash_password(PASSWORD)
        with unit():
            address = email or f"{name.split()[0].lower()}@example.org"
            return operations.create_user(name, address, password_hash=hashed, **kw)


def read_mail(app: Flask) -> list[Mail]:
    """Run the jobs and return all mail in the outbox, oldest first."""
    with app.app_context():
        run_all()
        with unit() as session:
            found = list(session.scalars(sa.select(Mail).order_by(Mail.id)))
            session.expunge_all()
            return found


def link_in(mail: Mail) -> str:
    """Return the path of the first link of a mail's text."""
    found = _LINK.search(mail.text)
    assert found is not None
    return found.group(1)

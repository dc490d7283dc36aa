"""Walks a site as one visitor and keeps every secret that any answer shows."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import parse_qs, urljoin, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from forum.accounts.operations import make_access_token
from forum.core.database import unit
from forum.core.services import service
from tests.journeys.demosite import DemoSite

TOKEN: Final = re.compile(r"kanarie-([0-9a-f]{10})", re.IGNORECASE)
WHOLE: Final = frozenset({"area_topics.home", "home.directory", "polls.index"})
"""Endpoints whose pages are all looked at; of every other one a few are enough."""
FEW: Final = 12
TOPICS: Final = 150
"""How many topics are looked at beside those that hold a secret."""
EVERY: Final = 100_000
NEVER: Final = frozenset({"web.static", "web.accent", "accounts.avatar", "discussions.post"})
"""The same for everybody, or a redirect to a page that is looked at anyway."""
SORTED: Final = frozenset({"sort", "view", "quote", "in", "kind", "state", "tab", "order"})
"""Arguments that only show the same things in another order."""


@dataclass
class Findings:
    """What a walk saw: secrets by address, statuses by address."""

    tokens: dict[str, set[str]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def seen(self) -> set[str]:
        """All secrets."""
        return {token for tokens in self.tokens.values() for token in tokens}

    def look_at(self, url: str, response: TestResponse) -> None:
        """Keep what stands in text and headers of an answer."""
        headers = "\n".join(f"{name}: {value}" for name, value in response.headers)
        self.tokens[url] = find_tokens(headers) | find_tokens(response.text)
        self.statuses[url] = response.status_code


def find_tokens(text: str) -> set[str]:
    """Return the secrets in a text, also those that an address holds in small letters."""
    return {f"KANARIE-{digits.lower()}" for digits in TOKEN.findall(text)}


class Links(HTMLParser):
    """Collects every address that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take addresses of links, pictures, frames and forms."""
        given = dict(attrs)
        if tag == "form" and (given.get("method") or "get").lower() != "get":
            return
        self.found += [given[key] or "" for key in ("href", "src", "action") if key in given]


@dataclass
class Walk:
    """One visitor's way through the site, breadth first."""

    app: Flask
    client: FlaskClient
    findings: Findings = field(default_factory=Findings)
    few: int = FEW
    _waiting: deque[str] = field(default_factory=deque)
    _known: set[str] = field(default_factory=set)
    _visits: Counter[str] = field(default_factory=Counter)

    def start_at(self, urls: Iterable[str]) -> None:
        """Put addresses on the list, whether anything leads to them or not."""
        for url in urls:
            self._known.add(url)
            self._waiting.append(url)

    def run(self) -> Findings:
        """Visit everything that can be reached."""
        while self._waiting:
            url = self._waiting.popleft()
            response = self.client.get(url, buffered=True)
            self.findings.look_at(url, response)
            for link in list_links(url, response):
                self._note(link)
        return self.findings

    def _note(self, link: str) -> None:
        if link in self._known:
            return
        self._known.add(link)
        kind, limit = self._classify(link)
        if kind in NEVER or self._visits[kind] >= limit:
            return
        self._visits[kind] += limit != EVERY
        self._waiting.append(link)

    def _classify(self, link: str) -> tuple[str, int]:
        """Return what page it is and how many of these are enough."""
        parts = urlsplit(link)
        try:
            endpoint, _values = self.app.url_map.bind("localhost").match(parts.path)
        except HTTPException:
            return "nothing", self.few
        reordered = SORTED & set(parse_qs(parts.query))
        if reordered:
            return f"{endpoint} {sorted(reordered)}", self.few
        if endpoint in WHOLE or (endpoint == "discussions.topic" and "kanarie" in link):
            return endpoint, EVERY
        return endpoint, TOPICS if endpoint == "discussions.topic" else self.few


class Program:
    """Asks the API for one persona, or for nobody, and keeps every secret that it says."""

    def __init__(self, demo: DemoSite, persona: str | None) -> None:
        self.findings = Findings()
        self._app = demo.app
        self._headers: dict[str, str] = {}
        if persona is not None:
            with demo.app.app_context(), unit():
                user_id = demo.find_user(persona)
                token = make_access_token(user_id, name="Kanarie", scopes=["read"])
            self._headers["Authorization"] = f"Bearer {token}"

    def ask(self, path: str) -> TestResponse:
        """Ask once."""
        with self._app.app_context():
            service("limiter").reset()  # no program may ask that often
        url = path if path.startswith("/api/") else f"/api/v1{path}"
        answer = self._app.test_client().get(url, headers=self._headers, buffered=True)
        self.findings.look_at(url, answer)
        return answer

    def walk(self, path: str) -> list[dict[str, Any]]:
        """Return everything of a list, page by page; nothing where it is not there."""
        found: list[dict[str, Any]] = []
        url = f"{path}?limit=100"
        while url:
            answer = self.ask(url)
            if answer.status_code == 404:
                return []
            found += answer.json["items"]
            url = answer.json["next"] or ""
        return found


def list_links(url: str, response: TestResponse) -> Iterator[str]:
    """Yield the addresses on this site that an answer leads to, without fragments."""
    found = [response.headers.get("Location", "")]
    kind = response.mimetype
    if kind == "text/html":
        parser = Links()
        parser.feed(response.text)
        found += parser.found
    elif kind in ("application/xml", "text/plain"):
        found += re.findall(r"https?://[^\s<]+", response.text)
    for link in filter(None, found):
        whole = urlsplit(urljoin(f"http://localhost{url}", link))
        if whole.scheme in ("http", "https") and whole.netloc == "localhost":
            yield whole.path + (f"?{whole.query}" if whole.query else "")


def compare(seen: Mapping[str, set[str]], allowed: set[str]) -> list[str]:
    """Name every page that shows a secret that its reader may not know."""
    return sorted(f"{url}: {token}" for url, tokens in seen.items() for token in tokens - allowed)

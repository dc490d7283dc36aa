"""The kit's world: an open and a closed area, everybody once, topics with hostile names.

Every text carries words that are found again: of its area, of who wrote it, and of the plugin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException

from forum.accounts.models import User
from forum.accounts.operations import make_access_token
from forum.areas.operations import add_host
from forum.areas.queries import get_system_scope
from forum.areas.scope import Scope
from forum.core import clock
from forum.core.consumers import run_consumers
from forum.core.database import read_unit, unit, unscoped
from forum.core.runner import run_all
from forum.discussions import operations as discussions
from forum.plugin import AreaRef, PostRef, SamplePlace, TopicRef
from forum.plugin.loader import LoadedPlugin
from forum.testing.builders import (
    acting,
    login,
    make_area,
    make_operator,
    make_post,
    make_topic,
    make_user,
    switch_plugin,
)
from forum.testing.kit.reading import HOSTILE, list_posts, read_page

OPEN: Final = "kanarieoffen"
CLOSED: Final = "kanariegeheim"
PLUGIN: Final = "kanarieplugin"
AUTHOR: Final = "kanarieanke"
LEAVER: Final = "kanariedeniz"
HOSTS: Final = "kit.example"
COMMON: Final = "zeisig"
LEAVING_NAME: Final = "kanariename"
NOBODY: Final = "nobody"
ROLES: Final = (NOBODY, "stranger", "author", "leaver", "moderator", "admin", "operator")
OUTSIDERS: Final = (NOBODY, "stranger")
PAGES: Final = 60
"""How many pages of the plugin are looked for by following links."""
SOON: Final = 5
"""Minutes after which bundled news are mailed."""
API: Final = "/api/v1"
OWN_SETTINGS: Final = "/settings/notifications"
"""The page of the own settings on which plugins have a place."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request to the API for programs; the address stands below `/api/v1`."""

    method: str
    address: str
    body: Mapping[str, Any] | None = None


@dataclass
class World:
    """What `populate` fills (a `SampleWorld`), and what the rules look at."""

    app: Flask
    plugin: LoadedPlugin
    root: int
    people: Mapping[str, int]
    places: Sequence[SamplePlace]
    topics: dict[str, list[int]] = field(default_factory=dict)
    browsers: dict[str, FlaskClient] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    addresses: dict[str, set[str]] = field(default_factory=dict)
    forms: dict[str, dict[str, str]] = field(default_factory=dict)
    access: dict[str, str] = field(default_factory=dict)
    handles: dict[str, str] = field(default_factory=dict)
    links: list[str] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    has_worked: bool = False
    _remembered: dict[str, list[int]] = field(default_factory=dict)

    @property
    def open_place(self) -> SamplePlace:
        """The area that everybody may read."""
        return self.places[0]

    @property
    def closed_place(self) -> SamplePlace:
        """The area that nobody else knows of."""
        return self.places[-1]

    def text(self, place: SamplePlace, user_id: int) -> str:
        """Return a hostile line that tells area, author and plugin."""
        return f"{self._word(place, user_id)} {PLUGIN} {HOSTILE}"

    def title(self, place: SamplePlace, user_id: int) -> str:
        """Return a hostile line that tells area and author."""
        return f"{self._word(place, user_id)} {HOSTILE}"

    @contextmanager
    def acting(self, place: SamplePlace, user_id: int) -> Iterator[Scope]:
        """Write as a member, in a unit of its own."""
        with acting(self.app, user_id, place.area.id) as scope:
            yield scope

    def start_topic(
        self,
        place: SamplePlace,
        user_id: int,
        *,
        kind: str = "discussion",
        extra: Mapping[str, tuple[str, ...]] | None = None,
    ) -> tuple[TopicRef, PostRef]:
        """Start a topic as the composer does."""
        title = self.title(place, user_id)
        post = make_topic(
            self.app,
            place.area.id,
            author=user_id,
            title=title,
            source=title,
            kind=kind,
            extra=extra or {},
        )
        self.topics.setdefault(place.area.slug, []).append(post.topic_id)
        topic = TopicRef(post.topic_id, place.area.id, kind, title)
        return topic, PostRef(post.post_id, post.topic_id, user_id, post.seq)

    def tell_link(self, address: str) -> None:
        """Keep the address of a link whose holder may do something."""
        self.links.append(address)

    def tell_call(self, method: str, address: str, body: Mapping[str, Any] | None = None) -> None:
        """Keep a request to the API that an endpoint of the plugin answers."""
        self.calls.append(Call(method, address, body))

    def reply(self, place: SamplePlace, user_id: int, topic_id: int) -> PostRef:
        """Reply as a member."""
        source = self.title(place, user_id)
        post = make_post(self.app, topic_id, author=user_id, source=source)
        return PostRef(post.post_id, topic_id, user_id, post.seq)

    def narrow(self, *places: SamplePlace) -> World:
        """Return the same world with other places, for filling those alone."""
        return replace(self, places=places, links=[], calls=[])

    def switch(self, state: str, *places: SamplePlace) -> None:
        """Say what the plugin is in these places, or on the site when it has one state there."""
        areas = [self.root] if self.plugin.manifest.site_only else [p.area.id for p in places]
        for area_id in areas:
            switch_plugin(self.app, area_id, self.plugin.name, state=state)

    def open_browsers(self) -> None:
        """Sign everybody in once; their sessions are part of what is put back to."""
        for role in ROLES:
            client = self.browsers[role] = self.app.test_client()
            if role != NOBODY:
                for host in ("localhost", *map(host_of, self.places)):
                    login(client, self.people[role], host=host)
                with self.app.app_context(), unit():
                    self.access[role] = make_access_token(
                        self.people[role], name="Prüfstand", scopes=("read", "write")
                    )
            page = client.get("/login" if role == NOBODY else "/settings/display").text
            found = re.search(r'name="csrf_token" value="([^"]+)"', page)
            self.tokens[role] = found[1] if found else ""

    def get(self, role: str, address: str) -> Any:
        """Open a page."""
        return self.browsers[role].get(address, follow_redirects=True, buffered=True)

    def get_at_host(self, role: str, place: SamplePlace, path: str) -> Any:
        """Open a page under the area's own name."""
        base = f"http://{host_of(place)}"
        return self.browsers[role].get(path, base_url=base, follow_redirects=True, buffered=True)

    def post(self, role: str, address: str, fields: Mapping[str, str]) -> Any:
        """Send a form."""
        data = {**fields, "csrf_token": self.tokens[role]}
        return self.browsers[role].post(address, data=data, buffered=True)

    def call(self, role: str, call: Call) -> Any:
        """Send a request to the API, with a token that may read and write; nobody has none."""
        headers = {"Authorization": f"Bearer {self.access[role]}"} if role in self.access else {}
        sent: dict[str, Any] = {"json": call.body} if call.body is not None else {}
        client = self.app.test_client()
        address = f"{API}{call.address}"
        return client.open(address, method=call.method, headers=headers, buffered=True, **sent)

    def list_core_pages(self, place: SamplePlace) -> list[str]:
        """Return the core's pages that a plugin can show something on."""
        topics = [f"/t/{topic}" for topic in self.topics[place.area.slug]]
        home = f"/a/{place.area.slug}/"
        return [home, f"{home}new", f"/u/{self.handles['author']}", *topics]

    def list_plugin_pages(self, place: SamplePlace) -> list[str]:
        """Return the plugin's own pages as far as something leads to them."""
        return sorted(self.addresses.get(place.area.slug, ()))

    def explore(self) -> None:
        """Follow what leads to the plugin, as who may do most; keep its addresses and forms."""
        for place in self.places:
            found = self.addresses[place.area.slug] = set()
            settings = [f"/a/{place.area.slug}/settings", OWN_SETTINGS]
            waiting = [*self.list_core_pages(place), *settings]
            seen = set[str]()
            while waiting and len(seen) < PAGES:
                page = waiting.pop(0)
                if page in seen:
                    continue
                seen.add(page)
                for role in ("author", "admin"):
                    reader = read_page(self.get(role, page).text)
                    for form in list_posts(reader):
                        if self.is_own(form.action, place):
                            self.forms.setdefault(form.action, {}).update(form.fields)
                    fresh = {urlsplit(link).path for link in reader.links}
                    fresh = {link for link in fresh if self.is_own(link, place)} - found
                    found |= fresh
                    waiting += sorted(fresh)

    def is_own(self, address: str, place: SamplePlace) -> bool:
        """Tell whether an address is the plugin's, in this area or of the site."""
        own = (f"/a/{place.area.slug}/{self.plugin.name}/", f"/{self.plugin.name}/")
        return address.startswith(own)

    def match(self, address: str, method: str) -> str:
        """Return the endpoint behind an address, empty when there is none."""
        try:
            endpoint, _values = self.app.url_map.bind("localhost").match(address, method)
        except HTTPException:
            return ""
        return str(endpoint)

    def live(self, place: SamplePlace) -> None:
        """Let happen what happens in every area: a topic, replies, an edit, a reaction."""
        author, other = self.people["author"], self.people["leaver"]
        topic, _ = self.start_topic(place, author)
        for user_id in (other, author):
            self.reply(place, user_id, topic.id)
        with self.acting(place, other) as scope:
            discussions.edit_post(scope, topic.id, seq=2, source="Anders.", version=1)
            discussions.react(scope, topic.id, seq=1, kind="like")
        with self.acting(place, author) as scope:
            discussions.delete_post(scope, topic.id, seq=3)

    def remember(self) -> None:
        """Keep what stands now; `go_back` forgets what rules have made since."""
        self._remembered = {slug: list(topics) for slug, topics in self.topics.items()}

    def go_back(self) -> None:
        """Forget topics that are no longer in the database."""
        self.topics = {slug: list(topics) for slug, topics in self._remembered.items()}
        self.has_worked = False

    def work(self) -> None:
        """Let everything happen that waits, also what waits for some minutes as mails do."""
        self.has_worked = True
        with self.app.app_context():
            for minutes in (0, 0, SOON):
                with clock.freeze(clock.now() + timedelta(minutes=minutes)):
                    while run_consumers():
                        pass
                    run_all()

    def _word(self, place: SamplePlace, user_id: int) -> str:
        area = CLOSED if place.area.slug == "geheim" else OPEN
        return f"{COMMON} {area} {LEAVER if user_id == self.people['leaver'] else AUTHOR}"


def host_of(place: SamplePlace) -> str:
    """Return the name that leads to an area of the kit."""
    return f"{place.area.slug}.{HOSTS}"


def build_world(app: Flask, plugin: LoadedPlugin) -> World:
    """Make everybody and everything by the operations that the pages use."""
    names = {"author": "Anke", "leaver": f"Deniz {LEAVING_NAME}", "stranger": "Silke"}
    names |= {"moderator": "Maja", "admin": "Adele"}
    people = {role: make_user(app, name) for role, name in names.items()}
    handles = _list_handles(app, people)
    _spoil_names(app, {people[role]: f"{name} {HOSTILE}" for role, name in names.items()})
    people["operator"] = make_operator(app)
    grants: dict[int, Any] = {people["author"]: "member", people["leaver"]: "member"}
    grants |= {people["moderator"]: "moderator", people["admin"]: "admin"}
    root = make_area(app, "Bund", slug="bund", kind="federation", everyone=True)
    kinds = [(f"Offen {HOSTILE}", "offen", "public"), (f"{CLOSED} {HOSTILE}", "geheim", "hidden")]
    areas = []
    for name, slug, seen in kinds:
        made = make_area(app, name, parent=root, slug=slug, visibility=seen, members=grants)
        areas.append(AreaRef(made, slug, name))
        with app.app_context(), unit():
            add_host(get_system_scope(made), f"{slug}.{HOSTS}")
    for area_id in [root] if plugin.manifest.site_only else [root, *(area.id for area in areas)]:
        if not plugin.builtin:
            switch_plugin(app, area_id, plugin.name)
    world = World(app, plugin, root, people, (), handles=handles)
    members = (people["author"], people["leaver"])
    world.places = [_furnish(world, area, members) for area in areas]
    return world


def _list_handles(app: Flask, people: Mapping[str, int]) -> dict[str, str]:
    with app.app_context(), read_unit() as session:
        rows = session.execute(sa.select(User.id, User.handle)).all()
    handles = {row.id: row.handle for row in rows}
    return {role: handles[user_id] for role, user_id in people.items()}


def _spoil_names(app: Flask, names: Mapping[int, str]) -> None:
    """Give members names that no form takes: pages must not rely on forms."""
    with app.app_context(), unit(), unscoped("kit: names that no operation gives") as session:
        for user_id, name in names.items():
            session.execute(sa.update(User).where(User.id == user_id).values(name=name))


def _furnish(world: World, area: AreaRef, members: tuple[int, ...]) -> SamplePlace:
    """One topic with a reply in an area."""
    place = SamplePlace(area, (), members)
    topic, first = world.start_topic(place, world.people["author"])
    reply = world.reply(place, world.people["leaver"], topic.id)
    return SamplePlace(area, (first, reply), members)

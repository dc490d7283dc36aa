"""Where a reader may meet something of a plugin: pages, search, mail, export, each by its name.

A new surface of the core is one function here; every rule that looks at surfaces then sees it.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa

from forum.accounts.operations import collect_data
from forum.core import clock
from forum.core.database import db, unit
from forum.core.mail import Mail
from forum.core.wall import Viewer
from forum.discussions.news import collect_news, list_readable_news
from forum.testing.kit.reading import read_page
from forum.testing.kit.world import (
    API,
    CLOSED,
    COMMON,
    NOBODY,
    OWN_SETTINGS,
    PLUGIN,
    Call,
    World,
    host_of,
)
from forum.web.i18n import speaking

NEWS_OF: Final = timedelta(days=30)
"""How far back the kit's digest looks; all that `populate` does is younger."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a reader got, and from where."""

    address: str
    text: str
    is_html: bool = True


Show = Callable[[World, str], Iterator[Shown]]


@dataclass(frozen=True, slots=True)
class Surface:
    """A way to what the forum holds; `show` gives all that a role gets there.

    With `of_area` nothing of a plugin may be there where it is off.
    """

    name: str
    show: Show
    of_area: bool = True


SURFACES: Final[list[Surface]] = []


def surface(name: str, *, of_area: bool = True) -> Callable[[Show], Show]:
    """Put a function among the surfaces."""

    def add(show: Show) -> Show:
        SURFACES.append(Surface(name, show, of_area))
        return show

    return add


@surface("area page")
def _show_areas(world: World, role: str) -> Iterator[Shown]:
    for place in world.places:
        yield from _open(world, role, f"/a/{place.area.slug}/", f"/a/{place.area.slug}/new")


@surface("topic page")
def _show_topics(world: World, role: str) -> Iterator[Shown]:
    for place in world.places:
        for topic in world.topics[place.area.slug]:
            yield from _open(world, role, f"/t/{topic}", f"/t/{topic}?view=flat")


@surface("feed")
def _show_feeds(world: World, role: str) -> Iterator[Shown]:
    for place in world.places:
        topics = [f"/t/{topic}/feed.atom" for topic in world.topics[place.area.slug]]
        feed = f"/a/{place.area.slug}/feed.atom"
        yield from _open(world, role, feed, f"{feed}?replies=1", *topics)


@surface("page of the plugin")
def _show_own_pages(world: World, role: str) -> Iterator[Shown]:
    for place in world.places:
        yield from _open(world, role, *world.list_plugin_pages(place))


@surface("page of a host")
def _show_hosts(world: World, role: str) -> Iterator[Shown]:
    for page in world.plugin.contributions.hosts:
        for place in world.places:
            answer = world.get_at_host(role, place, page.path)
            yield Shown(f"//{host_of(place)}{page.path}", answer.text)


@surface("start page")
def _show_start(world: World, role: str) -> Iterator[Shown]:
    yield from _open(world, role, "/", "/verzeichnis")


@surface("search")
def _show_search(world: World, role: str) -> Iterator[Shown]:
    yield from _open(world, role, f"/search?q={COMMON}", f"/search?q={COMMON}&order=newest")
    # A page of results repeats what was asked: whether there are any is what it tells.
    for word in (CLOSED, PLUGIN):
        page = read_page(world.get(role, f"/search?q={word}").text)
        for link in sorted({link for link in page.links if link.startswith("/t/")}):
            yield Shown(link, f"found by {word}", is_html=False)


@surface("digest")
def _show_digest(world: World, role: str) -> Iterator[Shown]:
    if role == NOBODY:
        return
    until = clock.now() + timedelta(seconds=1)
    areas = [place.area.id for place in world.places]
    with world.app.app_context(), unit(), speaking("de"):
        news = collect_news(areas, since=until - NEWS_OF, until=until)
        readable = list_readable_news(Viewer(world.people[role]), news)
    for one in readable:
        yield Shown(one.path, f"{one.item.title}\n{one.item.text}\n{one.path}", is_html=False)


@surface("API")
def _show_answers(world: World, role: str) -> Iterator[Shown]:
    addresses = ["/areas"]
    for place in world.places:
        addresses += [f"/areas/{place.area.slug}", f"/areas/{place.area.slug}/topics"]
        for topic in world.topics[place.area.slug]:
            addresses += [f"/topics/{topic}", f"/topics/{topic}/posts"]
    addresses += [call.address for call in world.calls if call.method == "GET"]
    for address in addresses:
        answer = world.call(role, Call("GET", address))
        yield Shown(f"{API}{address}", answer.text, is_html=False)
        if answer.status_code == 200:
            for text in _list_markup(json.loads(answer.text)):
                yield Shown(f"{API}{address}", text)


def _list_markup(answer: Any) -> Iterator[str]:
    """Yield every field of an answer that is named as markup."""
    if isinstance(answer, dict):
        for name, value in answer.items():
            if name == "html" and isinstance(value, str):
                yield value
            else:
                yield from _list_markup(value)
    elif isinstance(answer, list):
        for value in answer:
            yield from _list_markup(value)


@surface("profile")
def _show_profiles(world: World, role: str) -> Iterator[Shown]:
    yield from _open(world, role, *(f"/u/{world.handles[who]}" for who in ("author", "leaver")))


@surface("settings of the area")
def _show_settings(world: World, role: str) -> Iterator[Shown]:
    for place in world.places:
        yield from _open(world, role, f"/a/{place.area.slug}/settings")


@surface("operator's page", of_area=False)
def _show_operators_page(world: World, role: str) -> Iterator[Shown]:
    yield from _open(world, role, "/admin/plugins")


@surface("notifications")
def _show_notifications(world: World, role: str) -> Iterator[Shown]:
    if role != NOBODY:
        yield from _open(world, role, "/notifications")


@surface("own settings", of_area=False)
def _show_own_settings(world: World, role: str) -> Iterator[Shown]:
    if role != NOBODY:
        yield from _open(world, role, OWN_SETTINGS)


@surface("mail")
def _show_mails(world: World, role: str) -> Iterator[Shown]:
    if role == NOBODY:
        return
    wanted = sa.select(Mail.subject, Mail.text, Mail.html).where(Mail.user_id == world.people[role])
    with world.app.app_context(), db.engines["read"].connect() as connection:
        for subject, text, html in connection.execute(wanted):
            yield Shown(f"mail {subject[:40]!r}", f"{subject}\n{text}", is_html=False)
            yield Shown(f"mail {subject[:40]!r}", html)


@surface("export", of_area=False)
def _show_export(world: World, role: str) -> Iterator[Shown]:
    if role == NOBODY:
        return
    with world.app.app_context():
        bundle = zipfile.ZipFile(io.BytesIO(collect_data(world.people[role])))
    for name in bundle.namelist():
        if name.endswith((".json", ".html")):
            yield Shown(f"export {name}", bundle.read(name).decode(), name.endswith(".html"))


def _open(world: World, role: str, *addresses: str) -> Iterator[Shown]:
    for address in addresses:
        answer = world.get(role, address)
        yield Shown(address, answer.text, answer.mimetype == "text/html")

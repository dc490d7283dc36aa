"""Where a reader may meet something of a plugin: pages, search, mail, export, each by its name.

A new surface of the core is one function here; every rule that looks at surfaces then sees it.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from forum.accounts.operations import collect_data
from forum.core.database import db
from forum.core.mail import Mail
from forum.testing.kit.world import COMMON, NOBODY, World


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
        yield from _open(world, role, f"/a/{place.area.slug}/feed.atom", *topics)


@surface("page of the plugin")
def _show_own_pages(world: World, role: str) -> Iterator[Shown]:
    for place in world.places:
        yield from _open(world, role, *world.list_plugin_pages(place))


@surface("start page")
def _show_start(world: World, role: str) -> Iterator[Shown]:
    yield from _open(world, role, "/", "/verzeichnis")


@surface("search")
def _show_search(world: World, role: str) -> Iterator[Shown]:
    yield from _open(world, role, f"/search?q={COMMON}", f"/search?q={COMMON}&sort=new")


@surface("notifications")
def _show_notifications(world: World, role: str) -> Iterator[Shown]:
    if role != NOBODY:
        yield from _open(world, role, "/notifications")


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

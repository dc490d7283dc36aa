"""What the frame of every page shows, and where features put it.

Higher features fill the parts (`parts(app).unread = notifications.queries.count_unread`); web
itself knows no member, no area and no inbox. Each part is called once per page.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, cast

from flask import Flask, current_app, has_request_context, request

from forum.web.i18n import gettext, languages, speech
from forum.web.people import Person
from forum.web.security import came_from

_ = gettext
STATE = "forum.frame"


class Look(Protocol):
    """What web needs to know of an area; theme and accent are inherited already."""

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def theme(self) -> str: ...
    @property
    def accent(self) -> str: ...


class Scoped(Protocol):
    """Anything that carries the area at hand (areas.Scope does)."""

    @property
    def area(self) -> Look: ...


@dataclass(frozen=True, slots=True)
class FrameViewer:
    """The signed-in member as the frame shows them."""

    user_id: int
    person: Person
    mode: str = ""
    keys: bool = True


@dataclass(frozen=True, slots=True)
class AreaLink:
    """One line of "Meine Bereiche", a flat tree told by depth (0, 1, 2)."""

    name: str
    url: str
    slug: str
    accent: str = ""
    depth: int = 0
    new: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """An entry of the viewer's menu or the footer."""

    text: str
    url: str
    icon: str = ""
    count: int = 0


@dataclass(slots=True)
class FrameParts:
    """The sources of the frame; each takes the viewer's id (None: nobody is signed in)."""

    viewer: Callable[[], FrameViewer | None] | None = None
    own_areas: Callable[[int | None], Sequence[AreaLink]] | None = None
    unread: Callable[[int], int] | None = None
    entries: Callable[[int], Sequence[Link]] | None = None
    footer: Callable[[], Sequence[Link]] | None = None
    banner: Callable[[], str] | None = None
    canonical: Callable[[Scoped | None], str] | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page, read by layout.html."""

    site: str
    lang: str
    languages: tuple[Link, ...]
    here: str
    address: str
    viewer: FrameViewer | None = None
    areas: tuple[AreaLink, ...] = ()
    unread: int = 0
    entries: tuple[Link, ...] = ()
    footer: tuple[Link, ...] = ()
    banner: str = ""
    canonical: str = ""


LANGUAGE_NAMES = {"de": "Deutsch", "en": "English", "sv": "Svenska"}


def list_languages() -> list[tuple[str, str]]:
    """Return the languages the site speaks, each under the name it gives itself."""
    names = sorted(languages(current_app).catalogs)
    return [(name, LANGUAGE_NAMES.get(name, name)) for name in names]


def parts(app: Flask) -> FrameParts:
    """Return the registry that higher features fill."""
    return cast(FrameParts, app.extensions[STATE])


def bare_frame(site: str) -> Frame:
    """Return a frame that asks nobody: for error pages when the house is on fire."""
    return Frame(site=site, lang=speech().language, languages=(), here="", address="/")


def build_frame(site: str, scope: Scoped | None) -> Frame:
    """Ask every part once and return the page's frame."""
    source = parts(current_app)
    viewer = source.viewer() if source.viewer else None
    viewer_id = viewer.user_id if viewer else None
    frame = Frame(
        site=site,
        lang=speech().language,
        languages=() if viewer else _other_languages(),
        here=scope.area.slug if scope else "",
        address=_address(),
        viewer=viewer,
        areas=tuple(source.own_areas(viewer_id)) if source.own_areas else (),
        footer=tuple(source.footer()) if source.footer else (),
        banner=source.banner() if source.banner else "",
        canonical=source.canonical(scope) if source.canonical else "",
    )
    if viewer_id is None:
        return frame
    return replace(
        frame,
        unread=source.unread(viewer_id) if source.unread else 0,
        entries=tuple(source.entries(viewer_id)) if source.entries else (),
    )


def _address() -> str:
    """Return where this page can be opened again: what answers a form stands where the form was."""
    if not has_request_context():
        return "/"
    return request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else came_from()


def _other_languages() -> tuple[Link, ...]:
    spoken = speech().language
    names = sorted({name.partition("@")[0] for name in languages(current_app).catalogs})
    path = request.path if has_request_context() else "/"
    return tuple(
        Link(LANGUAGE_NAMES.get(name, name), f"{path}?lang={name}", name)
        for name in names
        if name != spoken
    )

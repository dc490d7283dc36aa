"""The directory: the tree of all areas one may know of, narrowed by what stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from flask import request

from forum.areas.queries import TreeRow, list_outline, list_rows
from forum.areas.routing import current_standing
from forum.areas.words import KINDS, STATES
from forum.core import limits
from forum.core.errors import NotFound
from forum.core.wall import current_viewer
from forum.home.directory import Line, Listing, Wish, make_listing
from forum.home.views.blueprint import blueprint
from forum.web.pagination import Cut
from forum.web.render import render

HERE: Final = "/verzeichnis"
ICONS: Final[Mapping[str, str]] = {
    "open": "plus",
    "apply": "mail",
    "invite": "key",
    "closed": "lock",
    "archived": "history",
}
_FACETS: Final[Mapping[str, Mapping[str, object]]] = {"kind": KINDS, "state": STATES}


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list with all that may be shown of its area.

    `way` is what the viewer can do: "member", "join", "apply", "applied" or nothing.
    """

    line: Line
    row: TreeRow
    way: str
    inside: str


@dataclass(frozen=True, slots=True)
class Facet:
    """One way to narrow the list; `url` leads back when it is the current one."""

    text: object
    url: str
    count: int
    current: bool


@blueprint.get(HERE)
def directory() -> str:
    """Show the tree, or what was looked for in it."""
    wish = _read_wish()
    cut = Cut.from_args(request.args, (int,), limit=limits.PAGE_ROWS)
    listing = make_listing(list_outline(current_viewer()), wish, cut=cut)
    if listing is None:
        raise NotFound
    return render(
        "home/directory.html",
        wish=wish,
        listing=listing,
        entries=_list_entries(listing),
        here=_address(wish),
        kinds=_list_facets("kind", listing.kinds, wish),
        states=_list_facets("state", listing.states, wish),
        kind_words=KINDS,
        state_words=STATES,
        state_icons=ICONS,
        crumbs=[(row.name, _address(Wish(branch=row.slug))) for row in listing.path],
    )


def _read_wish() -> Wish:
    """Errors: NotFound for a kind or state that there is not."""
    asked = request.args
    wish = Wish(
        branch=asked.get("in", "").strip(),
        kind=asked.get("kind", ""),
        state=asked.get("state", ""),
        text=asked.get("q", "")[: limits.QUERY].strip(),
    )
    if wish.kind not in ("", *KINDS) or wish.state not in ("", *STATES):
        raise NotFound
    return wish


def _list_entries(listing: Listing) -> list[Entry]:
    lines = listing.page.items
    rows = list_rows(current_viewer(), [line.row.id for line in lines])
    own = {area.id for area in current_standing().areas}
    return [
        Entry(
            line=line,
            row=rows[line.row.id],
            way=_find_way(rows[line.row.id], own),
            inside=_address(Wish(branch=line.row.slug)),
        )
        for line in lines
        # An area may have been moved out of sight since the outline was read.
        if line.row.id in rows
    ]


def _find_way(row: TreeRow, own: set[int]) -> str:
    if row.id in own:
        return "member"
    if row.applied:
        return "applied"
    return {"open": "join", "apply": "apply"}.get(row.state, "")


def _list_facets(name: str, counts: Mapping[str, int], wish: Wish) -> list[Facet]:
    """Return what the list can be narrowed to, in a fixed order, without what is empty."""
    current = getattr(wish, name)
    facets = []
    for value, words in _FACETS[name].items():
        if counts.get(value) or value == current:
            chosen = value == current
            url = _address(wish, **{name: "" if chosen else value})
            facets.append(Facet(words, url, counts.get(value, 0), chosen))
    return facets


def _address(wish: Wish, **changed: str) -> str:
    asked = {
        "in": wish.branch,
        "kind": wish.kind,
        "state": wish.state,
        "q": wish.text,
        **changed,
    }
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{HERE}?{query}" if query else HERE

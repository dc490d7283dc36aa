"""Rules on who gets what: routes by role, and nothing of a closed area for others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from forum.areas.scope import RANK
from forum.plugin import Route, SamplePlace
from forum.testing.kit.pages import list_changed
from forum.testing.kit.rule import Breach
from forum.testing.kit.subject import Subject
from forum.testing.kit.surfaces import SURFACES
from forum.testing.kit.world import CLOSED, NOBODY, OUTSIDERS, ROLES, World

RANK_OF: Final = {
    "author": RANK["member"],
    "leaver": RANK["member"],
    "moderator": RANK["moderator"],
    "admin": RANK["admin"],
}
"""What somebody is in the kit's areas; the others only read there, operators too."""


def check_routes(subject: Subject) -> Iterator[Breach]:
    """Try every route as every role: without the permission nothing happens, with it it works."""
    world = subject.world
    names: dict[tuple[str, str], Route] = {
        (route.endpoint, method): route
        for group in subject.plugin.contributions.routes
        for route in group.routes
        for method in route.methods
    }
    tried: set[tuple[str, str]] = set()
    for place in world.places:
        for method, address in _list_calls(world, place):
            endpoint = world.match(address, method).rpartition(".")[2]
            route = names.get((endpoint, method))
            if route is not None:
                tried.add((endpoint, method))
                yield from _try(subject, place, route, method, address)
    for address in world.links:
        for method in ("GET", "POST"):
            endpoint = world.match(address, method).rpartition(".")[2]
            if (endpoint, method) in names:
                tried.add((endpoint, method))
                yield from _try_link(subject, method, address, f"route {endpoint}")
    for endpoint, method in sorted(set(names) - tried):
        yield Breach(
            f"route {endpoint}",
            f"{method}: no page of populate's world leads to it, so it is untried",
        )


def _list_calls(world: World, place: SamplePlace) -> Iterator[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    addresses = [("GET", address) for address in world.list_plugin_pages(place)]
    forms = [("POST", address) for address in world.forms if world.is_own(address, place)]
    for method, address in addresses + sorted(forms):
        kind = (method, world.match(address, method))
        if kind not in seen:
            seen.add(kind)
            yield method, address


def _try(
    subject: Subject, place: SamplePlace, route: Route, method: str, address: str
) -> Iterator[Breach]:
    world = subject.world
    is_closed = place is world.closed_place
    for role in ROLES:
        before = subject.read_rows()
        status = _send(world, role, method, address)
        changed = list_changed(before, subject.read_rows())
        who = f"{method} {address} as {role}"
        if status >= 500:
            yield Breach(f"route {route.endpoint}", f"{who} answers {status}")
        if changed and (method == "GET" or not _may(subject, route, role)):
            yield Breach(f"route {route.endpoint}", f"{who} changes rows of {changed[0]}")
        if is_closed and role in OUTSIDERS and status < 300:
            yield Breach(f"route {route.endpoint}", f"{who} answers {status} in a closed area")
        if route.permission and _may(subject, route, role) and status == 403:
            yield Breach(f"route {route.endpoint}", f"{who} is refused with the permission")
        if changed:
            subject.restore()


def _try_link(subject: Subject, method: str, address: str, where: str) -> Iterator[Breach]:
    """Open a link as nobody, as it is and with its last sign changed."""
    changed_sign = "0" if address[-1] != "0" else "1"
    for tried, is_good in ((address, True), (address[:-1] + changed_sign, False)):
        before = subject.read_rows()
        status = _send(subject.world, NOBODY, method, tried)
        changed = list_changed(before, subject.read_rows())
        if status >= 500:
            yield Breach(where, f"{method} {tried} answers {status}")
        if changed and (method == "GET" or not is_good):
            yield Breach(where, f"{method} {tried} changes rows of {changed[0]}")
        subject.restore()


def _send(world: World, role: str, method: str, address: str) -> int:
    if method == "GET":
        return int(world.browsers[role].get(address, buffered=True).status_code)
    return int(world.post(role, address, world.forms.get(address, {})).status_code)


def _may(subject: Subject, route: Route, role: str) -> bool:
    """Tell whether a role may change something: by the permission, else whoever belongs there."""
    if role == NOBODY:
        return False
    least = {p.name: p.default_role for p in subject.manifest.permissions}
    wanted = least[route.permission] if route.permission else "member"
    return wanted == "reader" or RANK_OF.get(role, -1) >= RANK[wanted]


def check_the_wall(subject: Subject) -> Iterator[Breach]:
    """Look everywhere as somebody from outside: no word of the closed area may be there."""
    world = subject.world
    for one in SURFACES:
        for role in OUTSIDERS:
            for shown in one.show(world, role):
                if CLOSED in shown.text:
                    yield Breach(one.name, f"{shown.address} tells {role} of a closed area")
                    break

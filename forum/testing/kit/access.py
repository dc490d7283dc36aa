"""Rules on who gets what: routes by role, and nothing of a closed area for others."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

from forum.areas.scope import RANK
from forum.plugin import AreaApi, HostPage, Route, SamplePlace, SiteApi, SiteRoutes
from forum.testing.kit.pages import list_changed
from forum.testing.kit.rule import Breach
from forum.testing.kit.subject import Subject
from forum.testing.kit.surfaces import SURFACES
from forum.testing.kit.world import API, CLOSED, NOBODY, OUTSIDERS, ROLES, Call, World, host_of

RANK_OF: Final = {
    "author": RANK["member"],
    "leaver": RANK["member"],
    "moderator": RANK["moderator"],
    "admin": RANK["admin"],
}
"""What somebody is in the kit's areas; the others only read there, operators too."""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """Something that may change rows, as each role is to try it."""

    surface: str
    method: str
    address: str
    permission: str | None
    of_site: bool
    is_closed: bool
    send: Callable[[str], int]


def check_routes(subject: Subject) -> Iterator[Breach]:
    """Try every route as every role: without the permission nothing happens, with it it works."""
    yield from _check_pages(subject)
    yield from _check_calls(subject)
    for page in subject.plugin.contributions.hosts:
        yield from _try_host(subject, page)


def _check_pages(subject: Subject) -> Iterator[Breach]:
    world = subject.world
    found: dict[tuple[str, str], tuple[Route, bool]] = {
        (route.endpoint, method): (route, isinstance(group, SiteRoutes))
        for group in subject.plugin.contributions.routes
        for route in group.routes
        for method in route.methods
    }
    tried: set[tuple[str, str]] = set()
    for place in world.places:
        for method, address in _list_requests(world, place):
            endpoint = world.match(address, method).rpartition(".")[2]
            if (endpoint, method) not in found:
                continue
            route, of_site = found[endpoint, method]
            tried.add((endpoint, method))
            attempt = _Attempt(
                f"route {endpoint}",
                method,
                address,
                route.permission,
                of_site,
                place is world.closed_place and not of_site,
                partial(_open, world, method=method, address=address),
            )
            yield from _try(subject, attempt)
    for address in world.links:
        for method in ("GET", "POST"):
            endpoint = world.match(address, method).rpartition(".")[2]
            if (endpoint, method) in found:
                tried.add((endpoint, method))
                yield from _try_link(subject, method, address, f"route {endpoint}")
    for endpoint, method in sorted(set(found) - tried):
        yield Breach(
            f"route {endpoint}",
            f"{method}: no page of populate's world leads to it, so it is untried",
        )


def _list_requests(world: World, place: SamplePlace) -> Iterator[tuple[str, str]]:
    seen: set[tuple[str, str]] = set()
    addresses = [("GET", address) for address in world.list_plugin_pages(place)]
    forms = [("POST", address) for address in world.forms if world.is_own(address, place)]
    for method, address in addresses + sorted(forms):
        kind = (method, world.match(address, method))
        if kind not in seen:
            seen.add(kind)
            yield method, address


def _check_calls(subject: Subject) -> Iterator[Breach]:
    """Send what `populate` told of the API; an endpoint without a call that works fails."""
    world, name = subject.world, subject.name
    worked: set[str] = set()
    routes = {
        f"{name}-{route.endpoint}": (route, isinstance(group, SiteApi))
        for group in subject.plugin.contributions.api
        if isinstance(group, AreaApi | SiteApi)
        for route in group.routes
    }
    closed = f"/areas/{world.closed_place.area.slug}/"
    for call in world.calls:
        endpoint = world.match(f"{API}{call.address}", call.method).rpartition(".")[2]
        if endpoint not in routes:
            yield Breach("API", f"{call.method} {call.address}: no endpoint of the plugin")
            continue
        route, of_site = routes[endpoint]

        def send(role: str, *, call: Call = call, endpoint: str = endpoint) -> int:
            status = int(world.call(role, call).status_code)
            if status < 300:
                worked.add(endpoint)
            return status

        yield from _try(
            subject,
            _Attempt(
                f"API {route.endpoint}",
                call.method,
                call.address,
                route.permission,
                of_site,
                call.address.startswith(closed),
                send,
            ),
        )
    for endpoint in sorted(set(routes) - worked):
        what = "no call that populate tells of works, so it is untried"
        yield Breach(f"API {routes[endpoint][0].endpoint}", what)


def _try(subject: Subject, attempt: _Attempt) -> Iterator[Breach]:
    for role in ROLES:
        before = subject.read_rows()
        status = attempt.send(role)
        changed = list_changed(before, subject.read_rows())
        who = f"{attempt.method} {attempt.address} as {role}"
        may = _may(subject, attempt, role)
        if status >= 500:
            yield Breach(attempt.surface, f"{who} answers {status}")
        if changed and (attempt.method == "GET" or not may):
            yield Breach(attempt.surface, f"{who} changes rows of {changed[0]}")
        if attempt.is_closed and role in OUTSIDERS and status < 300:
            yield Breach(attempt.surface, f"{who} answers {status} in a closed area")
        if attempt.permission and may and status == 403:
            yield Breach(attempt.surface, f"{who} is refused with the permission")
        if changed:
            subject.restore()


def _try_link(subject: Subject, method: str, address: str, where: str) -> Iterator[Breach]:
    """Open a link as nobody, as it is and with its last sign changed."""
    changed_sign = "0" if address[-1] != "0" else "1"
    for tried, is_good in ((address, True), (address[:-1] + changed_sign, False)):
        before = subject.read_rows()
        status = _open(subject.world, NOBODY, method=method, address=tried)
        changed = list_changed(before, subject.read_rows())
        if status >= 500:
            yield Breach(where, f"{method} {tried} answers {status}")
        if changed and (method == "GET" or not is_good):
            yield Breach(where, f"{method} {tried} changes rows of {changed[0]}")
        if changed:
            subject.restore()


def _try_host(subject: Subject, page: HostPage) -> Iterator[Breach]:
    """Open a page of the areas' hosts as everybody: it is for readers, and changes nothing."""
    world, where = subject.world, f"host {page.path}"
    for place in world.places:
        for role in ROLES:
            before = subject.read_rows()
            status = world.get_at_host(role, place, page.path).status_code
            changed = list_changed(before, subject.read_rows())
            who = f"{page.path} of {host_of(place)} as {role}"
            may_read = place is not world.closed_place or role in RANK_OF
            if status >= (400 if may_read else 500):
                yield Breach(where, f"{who} answers {status}")
            if changed:
                yield Breach(where, f"{who} changes rows of {changed[0]}")
                subject.restore()


def _open(world: World, role: str, *, method: str, address: str) -> int:
    if method == "GET":
        return int(world.browsers[role].get(address, buffered=True).status_code)
    return int(world.post(role, address, world.forms.get(address, {})).status_code)


def _may(subject: Subject, attempt: _Attempt, role: str) -> bool:
    """Tell whether a role may change something: by the permission, else whoever belongs there."""
    if role == NOBODY:
        return False
    if attempt.of_site:
        return attempt.permission is None or role == "operator"
    least = {p.name: p.default_role for p in subject.manifest.permissions}
    wanted = least[attempt.permission] if attempt.permission else "member"
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

"""Puts areas on an app: pages, routes of plugins, own areas in the frame, schedules, links."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from flask import Flask

from forum.accounts.keepers import Keeper, add_keeper
from forum.accounts.vouchers import add_voucher_source
from forum.areas.hosts import install_hosts
from forum.areas.models import PluginPolicy, PluginSettings, PluginState
from forum.areas.operations import AreaVouchers
from forum.areas.operations.merging import merge_places
from forum.areas.operations.privacy import erase_places, hand_over_root
from forum.areas.panels import render_site_slots
from forum.areas.queries.own import list_area_parts, list_root_duties
from forum.areas.routing import area_url, current_standing, mount_plugin_routes
from forum.areas.scope import OwnArea
from forum.areas.tasks import register_tasks
from forum.areas.views import blueprint, entrance, show_listed
from forum.core.remains import Remains, register_remains
from forum.core.services import service
from forum.web.frame import AreaLink, parts


def install_areas(app: Flask) -> None:
    """Wire areas; called in the app's context, after web, accounts and the dispatcher."""
    app.extensions["forum"]["listed_page"] = show_listed
    app.extensions["forum"]["site_slots"] = render_site_slots
    app.register_blueprint(blueprint)
    app.register_blueprint(entrance)
    mount_plugin_routes(app, service("dispatcher"))
    add_voucher_source(app, AreaVouchers())
    add_keeper(
        app,
        Keeper(
            name="areas",
            export=list_area_parts,
            erase=erase_places,
            merge=merge_places,
            list_duties=list_root_duties,
            hand_over=hand_over_root,
        ),
    )
    parts(app).own_areas = _own_areas
    install_hosts(app)
    register_tasks()
    register_remains(
        Remains("states in areas", PluginState.plugin, archived=True),
        Remains("settings in areas", PluginSettings.plugin, archived=True),
        Remains("what it said of itself", PluginPolicy.plugin),
    )


def _own_areas(_user_id: int | None) -> Sequence[AreaLink]:
    """Return the lines of "Meine Bereiche": the own areas, nested as far as they are own."""
    return nest([area for area in current_standing().areas if not area.archived])


def nest(areas: Sequence[OwnArea]) -> list[AreaLink]:
    """Nest areas under the nearest own one above; the root nests nothing, it would hold all.

    Shapes: areas in the order of the tree; links with depths from 0 to 2, areas of everyone first.
    """
    below: dict[str, list[OwnArea]] = defaultdict(list)
    above: list[str] = []
    for area in areas:
        while above and not area.path.startswith(above[-1]):
            above.pop()
        below[above[-1] if above else ""].append(area)
        if area.depth > 0:
            above.append(area.path)
    return list(_flatten(below, "", depth=0))


def _flatten(below: Mapping[str, list[OwnArea]], path: str, *, depth: int) -> Iterator[AreaLink]:
    for area in sorted(below.get(path, ()), key=_rank):
        url = area_url(area.slug)
        yield AreaLink(area.name, url, area.slug, area.accent, min(depth, 2))
        yield from _flatten(below, area.path, depth=depth + 1) if area.depth > 0 else ()


def _rank(area: OwnArea) -> tuple[bool, bool, int, str]:
    return (area.depth > 0, not area.everyone, area.position, area.name.casefold())

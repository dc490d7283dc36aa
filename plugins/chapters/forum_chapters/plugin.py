"""The plugin's manifest and hooks; each delegates in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forum.plugin import (
    AreaBundle,
    AreaPage,
    AreaRef,
    DemoWorld,
    HostPage,
    Manifest,
    Panel,
    Permission,
    Routes,
    Veto,
    hookimpl,
)
from forum_chapters import demo, operations, panels, views
from forum_chapters.settings import Settings

manifest = Manifest(
    name="chapters",
    title="Gliederungen",
    summary="Ein eigener Auftritt: aus einer Vorlage eröffnet, mit Startseite, Farbe und Namen.",
    core=">=1.0,<2",
    scopes=("area",),
    licence="see the forum's licence",
    permissions=(
        Permission(name="branch", title="Auftritt der Gliederung gestalten", default_role="admin"),
    ),
    settings=Settings,
)


@hookimpl
def register_blueprints() -> Sequence[Routes]:
    return [views.ROUTES]


@hookimpl
def register_hosts() -> Sequence[HostPage]:
    return views.HOSTS


@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    return panels.show_doors(page)


@hookimpl
def move_area(
    area: AreaRef, source: AreaRef, target: AreaRef, area_ids: Sequence[int]
) -> Veto | None:
    operations.forget_announcements(area_ids)
    return None


@hookimpl
def copy_area(source: AreaRef, target: AreaRef) -> Mapping[str, int]:
    return {
        "chapters_front_page": operations.copy_front(source.id, target.id),
        "chapters_logo": operations.copy_logo(source.id, target.id),
    }


@hookimpl
def export_area(area: AreaRef, bundle: AreaBundle) -> None:
    operations.bundle_front(area.id, bundle)
    operations.bundle_logo(area.id, bundle)


@hookimpl
def seed_demo(world: DemoWorld) -> None:
    demo.seed_chapters(world)

"""The plugin's manifest and hooks; each delegates in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from forum.plugin import (
    AreaApi,
    AreaPage,
    DemoWorld,
    DigestItem,
    DigestWindow,
    EventRef,
    EventSpec,
    ExportPart,
    Manifest,
    NotificationType,
    Panel,
    Permission,
    PersonalData,
    Routes,
    ScheduleSpec,
    SiteApi,
    SiteCheck,
    SitePage,
    hookimpl,
)
from forum_badges import (
    checking,
    demo,
    happening,
    news,
    notices,
    operations,
    panels,
    papers,
    serving,
    views,
)

manifest = Manifest(
    name="badges",
    title="Abzeichen",
    summary="Was Mitglieder getan und gelernt haben, nach Bedingungen oder von Hand vergeben.",
    core=">=1.0,<2",
    scopes=("area", "site"),
    licence="see the forum's licence",
    events=("*",),
    permissions=(
        Permission(name="manage", title="Abzeichen anlegen und vergeben", default_role="admin"),
    ),
    personal_data=(
        PersonalData(
            table="badges_award",
            what="Wer welches Abzeichen hat, seit wann und von wem",
            purpose="Nachweis von Engagement und Gelerntem",
            retention="bis zur Löschung des Kontos oder des Bereichs",
        ),
        PersonalData(
            table="badges_event",
            what="Was jemand getan hat, soweit es für Abzeichen zählen kann",
            purpose="Bedingungen von Abzeichen, auch von späteren",
            retention="bis zur Löschung des Kontos oder des Bereichs",
        ),
        PersonalData(
            table="badges_counter",
            what="Wie weit jemand mit einer Bedingung ist",
            purpose="Vergabe von Abzeichen",
            retention="bis zur Löschung des Kontos oder des Bereichs",
        ),
        PersonalData(
            table="badges_credential",
            what="Abzeichen als signiertes Dokument, ohne Namen",
            purpose="Nachweis außerhalb des Forums",
            retention="bis zur Löschung des Kontos oder des Bereichs",
        ),
        PersonalData(
            table="badges_share",
            what="Welche Abzeichen jemand mit einem Link zeigt",
            purpose="Lebenslauf für Dritte",
            retention="bis zur Löschung des Kontos oder des Bereichs",
        ),
        PersonalData(
            table="badges_attendance",
            what="Wer an welchem Termin teilgenommen hat",
            purpose="Bedingungen von Abzeichen",
            retention="bis zur Löschung des Kontos oder des Bereichs",
        ),
    ),
)


@hookimpl
def register_blueprints() -> Sequence[Routes]:
    return [views.ROUTES, papers.ROUTES]


@hookimpl
def register_api() -> Sequence[AreaApi | SiteApi]:
    return serving.API


@hookimpl
def collect_digest_items(window: DigestWindow) -> Sequence[DigestItem]:
    return news.list_news(window)


@hookimpl
def register_events() -> Sequence[EventSpec]:
    return happening.EVENTS


@hookimpl
def register_notifications() -> Sequence[NotificationType]:
    return notices.TYPES


@hookimpl
def register_schedules() -> Sequence[ScheduleSpec]:
    day, hour = timedelta(days=1), timedelta(hours=1)
    return [
        ScheduleSpec(name=operations.RECOUNT, every=day, run=operations.recount),
        ScheduleSpec(name=operations.TICK, every=hour, run=operations.tick),
    ]


@hookimpl
def register_checks() -> Sequence[SiteCheck]:
    return checking.CHECKS


@hookimpl
def on_event(event: EventRef) -> None:
    operations.handle_event(event)


@hookimpl
def render_site_panels(page: SitePage) -> Sequence[Panel]:
    return panels.show_profile(page)


@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    return panels.show_area(page)


@hookimpl
def erase_user(user_id: int) -> Mapping[str, int]:
    return operations.erase_badges(user_id)


@hookimpl
def export_user(user_id: int) -> Sequence[ExportPart]:
    return operations.export_badges(user_id)


@hookimpl
def merge_users(source_id: int, target_id: int) -> Mapping[str, int]:
    return operations.merge_badges(source_id, target_id)


@hookimpl
def seed_demo(world: DemoWorld) -> None:
    demo.seed_badges(world)

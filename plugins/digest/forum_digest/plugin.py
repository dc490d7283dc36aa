"""The plugin's manifest and hooks; each delegates in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forum.plugin import (
    DemoWorld,
    ExportPart,
    MailGuard,
    Manifest,
    Panel,
    PersonalData,
    Routes,
    ScheduleSpec,
    SitePage,
    hookimpl,
)
from forum_digest import demo, operations, pages, views
from forum_digest.rules import GUARD, can_still_leave
from forum_digest.settings import Settings

manifest = Manifest(
    name="digest",
    title="Übersichten",
    summary="Fasst zusammen, was Mitglieder verpasst haben: so oft und so, wie sie es wollen.",
    core=">=1.0,<2",
    scopes=("area", "site"),
    licence="see the forum's licence",
    personal_data=(
        PersonalData(
            table="digest_pref",
            what="Wie oft, wann und woraus jemand eine Übersicht bekommt",
            purpose="Nur gewünschte Übersichten verschicken",
            retention="bis zur Löschung des Kontos",
        ),
        PersonalData(
            table="digest_issue",
            what="Wann jemand eine Übersicht bekam, oder warum keine",
            purpose="Jede Übersicht kommt einmal; Auskunft, warum keine kam",
            retention="13 Monate",
        ),
        PersonalData(
            table="digest_sent_item",
            what="Was in einer Übersicht stand",
            purpose="Vor dem Abschicken noch einmal prüfen, ob es gezeigt werden darf",
            retention="mit der Übersicht",
        ),
    ),
    settings=Settings,
)


@hookimpl
def register_blueprints() -> Sequence[Routes]:
    return [views.ROUTES]


@hookimpl
def register_schedules() -> Sequence[ScheduleSpec]:
    return [
        ScheduleSpec(
            name=operations.SCHEDULE,
            every=operations.EVERY,
            run=operations.take_turn,
            transaction=False,
        )
    ]


@hookimpl
def register_mail_guards() -> Sequence[MailGuard]:
    return [MailGuard(name=GUARD, may_leave=can_still_leave)]


@hookimpl
def render_site_panels(page: SitePage) -> Sequence[Panel]:
    return pages.show_panels(page)


@hookimpl
def erase_user(user_id: int) -> Mapping[str, int]:
    return operations.erase_digests(user_id)


@hookimpl
def export_user(user_id: int) -> Sequence[ExportPart]:
    return operations.export_digests(user_id)


@hookimpl
def merge_users(source_id: int, target_id: int) -> Mapping[str, int]:
    return operations.merge_digests(source_id, target_id)


@hookimpl
def seed_demo(world: DemoWorld) -> None:
    demo.seed_digests(world)

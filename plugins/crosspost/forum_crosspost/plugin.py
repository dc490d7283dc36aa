"""The plugin's manifest and hooks; each delegates in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forum.plugin import (
    AreaPage,
    DemoWorld,
    ExportPart,
    ImportJob,
    ImportReport,
    JobSpec,
    Manifest,
    Panel,
    Permission,
    PersonalData,
    Routes,
    ScheduleSpec,
    SourceSpec,
    TopicPage,
    hookimpl,
)
from forum_crosspost import demo, operations, panels, views
from forum_crosspost.operations import feeds, uploads

manifest = Manifest(
    name="crosspost",
    title="Beiträge von außen",
    summary="Mailinglisten, Webseiten und Feeds als Themen lesen und weiterführen.",
    core=">=1.0,<2",
    licence="see the forum's licence",
    permissions=(
        Permission(name=views.MANAGE, title="Übernahmen verwalten", default_role="admin"),
        Permission(
            name=views.RESULTS, title="Ergebnisse von außen eintragen", default_role="editor"
        ),
    ),
    personal_data=(
        PersonalData(
            table="crosspost_feed",
            what="Wer die Quelle eingerichtet hat",
            purpose="Nachvollziehen, wer für die Übernahme einsteht",
            retention="bis die Quelle entfernt wird; ohne Namen nach Löschung des Kontos",
        ),
        PersonalData(
            table="crosspost_upload",
            what="Wer eine Datei hochgeladen hat, und was die Prüfung darin fand",
            purpose="Vor der Übernahme zeigen, was sie bringt; nachvollziehen, wer dafür einsteht",
            retention="die Datei 14 Tage; die Zeile bis sie entfernt wird",
        ),
        PersonalData(
            table="crosspost_author",
            what="Name, wie er in der Quelle steht, und ein Prüfwert der E-Mail-Adresse",
            purpose="Beiträge derselben Person zusammenhalten, spätere Übernahme durch sie selbst",
            retention="bis die Quelle gelöscht wird; ohne Namen nach Löschung der Person",
        ),
        PersonalData(
            table="crosspost_map",
            what="Kennung und Zeit jeder übernommenen Nachricht",
            purpose="Nichts zweimal übernehmen, Änderungen erkennen",
            retention="bis die Quelle gelöscht wird",
        ),
        PersonalData(
            table="crosspost_edge",
            what="Welche Nachricht welche beantwortet",
            purpose="Antworten richtig einordnen, auch wenn die Frage später kommt",
            retention="bis die Quelle gelöscht wird",
        ),
        PersonalData(
            table="crosspost_origin",
            what="Quelle, Zeit und Adresse des Originals",
            purpose="Zeigen, woher ein Beitrag stammt",
            retention="bis der Beitrag gelöscht wird",
        ),
        PersonalData(
            table="crosspost_source",
            what="Wer die Grundlage der Übernahme festgehalten hat",
            purpose="Nachweis nach Art. 5 Abs. 2 DSGVO",
            retention="bis die Quelle gelöscht wird; ohne Namen nach Löschung des Kontos",
        ),
        PersonalData(
            table="crosspost_run",
            what="Wer eine Übernahme gestartet hat, Kennungen ausgelassener Nachrichten",
            purpose="Nachvollziehen und Fortsetzen",
            retention="bis die Quelle gelöscht wird; ohne Namen nach Löschung des Kontos",
        ),
        PersonalData(
            table="crosspost_before",
            what="Version, Platz und Titel, die ein Beitrag vor einer Übernahme hatte",
            purpose="Eine Übernahme zurücknehmen",
            retention="bis die Übernahme zurückgenommen oder die Quelle gelöscht wird",
        ),
    ),
)


def _run_mbox(job: ImportJob) -> ImportReport:
    return operations.run_import(job, kind="mbox")


def _run_wxr(job: ImportJob) -> ImportReport:
    return operations.run_import(job, kind="wxr")


@hookimpl
def register_sources() -> Sequence[SourceSpec]:
    return [
        SourceSpec(name="mbox", label="Archiv einer Mailingliste (mbox)", run=_run_mbox),
        SourceSpec(name="wxr", label="Export einer WordPress-Seite (WXR)", run=_run_wxr),
        SourceSpec(name="rss", label="Feed (RSS)", run=feeds.make_importer("rss")),
        SourceSpec(name="atom", label="Feed (Atom)", run=feeds.make_importer("atom")),
        SourceSpec(name="jsonfeed", label="JSON Feed", run=feeds.make_importer("jsonfeed")),
    ]


@hookimpl
def register_blueprints() -> Sequence[Routes]:
    return [views.ROUTES]


@hookimpl
def register_jobs() -> Sequence[JobSpec]:
    return [
        JobSpec(name=feeds.POLL_JOB, run=feeds.visit_feed, transaction=False),
        JobSpec(name=uploads.LOOK_JOB, run=uploads.look_at_upload, transaction=False),
        JobSpec(name=uploads.TAKE_JOB, run=uploads.import_upload, transaction=False),
    ]


@hookimpl
def register_schedules() -> Sequence[ScheduleSpec]:
    return [
        ScheduleSpec(name=feeds.SCHEDULE, every=feeds.EVERY, run=feeds.poll_due, transaction=False),
        ScheduleSpec(name=uploads.RESUME, every=uploads.EVERY, run=uploads.resume_uploads),
    ]


@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    return panels.show_area(page)


@hookimpl
def render_post_panels(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    return panels.show_origins(page)


@hookimpl
def erase_user(user_id: int) -> Mapping[str, int]:
    return operations.erase_person(user_id)


@hookimpl
def export_user(user_id: int) -> Sequence[ExportPart]:
    return operations.export_person(user_id)


@hookimpl
def merge_users(source_id: int, target_id: int) -> Mapping[str, int]:
    return operations.merge_person(source_id, target_id)


@hookimpl
def seed_demo(world: DemoWorld) -> None:
    demo.seed(world)

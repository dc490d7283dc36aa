"""The plugin's manifest and hooks; each delegates in a few lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forum.plugin import (
    ApiFields,
    AreaApi,
    AreaBundle,
    AreaPage,
    AreaRef,
    DemoWorld,
    DigestItem,
    DigestWindow,
    EventSpec,
    ExportPart,
    JobSpec,
    Manifest,
    MarkupSpec,
    NotificationType,
    Panel,
    PersonalData,
    PostDraft,
    PostRef,
    Routes,
    ScheduleSpec,
    SearchDocument,
    Slot,
    Texts,
    TopicKind,
    TopicList,
    TopicPage,
    TopicRef,
    Veto,
    hookimpl,
)
from forum_polls import (
    demo,
    directives,
    finding,
    happening,
    linking,
    news,
    notices,
    operations,
    panels,
    serving,
    telling,
    views,
)
from forum_polls.forms import find_stray, find_veto, read_draft
from forum_polls.programs import Polls
from forum_polls.settings import Settings

KIND = "poll"

manifest = Manifest(
    name="polls",
    title="Umfragen",
    summary="Mit einem Klick abstimmen, auf Wunsch mit eigenen Antworten.",
    core=">=1.0,<2",
    scopes=("area", "site"),
    licence="see the forum's licence",
    personal_data=(
        PersonalData(
            table="polls_turnout",
            what="Wer an welcher Umfrage teilgenommen hat",
            purpose="Jede Person stimmt einmal ab",
            retention="bis zur Rücknahme der Stimme oder Löschung des Kontos",
        ),
        PersonalData(
            table="polls_vote",
            what="Wann jemand abgestimmt, die Stimme geändert oder zurückgezogen hat",
            purpose="Auszählung, Nachvollziehbarkeit",
            retention="bis zur Löschung des Beitrags oder Kontos",
        ),
        PersonalData(
            table="polls_vote_choice",
            what="Welche Antworten jemand gewählt hat",
            purpose="Auszählung, Änderung der eigenen Stimme",
            retention="bis zur Löschung des Beitrags oder Kontos",
        ),
        PersonalData(
            table="polls_option",
            what="Wer eine Antwort ergänzt hat",
            purpose="Anzeige neben der Antwort",
            retention="bis zur Löschung des Beitrags; ohne Namen nach Löschung des Kontos",
        ),
    ),
    settings=Settings,
)


def _attach(topic: TopicRef, post: PostRef, draft: PostDraft) -> None:
    poll_id = operations.create_poll(post.id, read_draft(draft))
    happening.tell_opened(
        poll_id,
        topic_id=topic.id,
        post_id=post.id,
        area_id=topic.area_id,
        author_id=draft.author_id,
    )


@hookimpl
def register_topic_kinds() -> Sequence[TopicKind]:
    return [
        TopicKind(
            name=KIND,
            label="Umfrage",
            icon="chart",
            summary="Eine Frage mit Antworten zum Anklicken",
            composer_template="polls/composer.html",
            attach=_attach,
            badge=telling.tell_badges,
            line=telling.tell_lines,
        )
    ]


@hookimpl
def register_blueprints() -> Sequence[Routes]:
    return [views.ROUTES, linking.ROUTES]


@hookimpl
def register_api() -> Sequence[AreaApi | ApiFields]:
    return serving.API


@hookimpl
def register_markup() -> Sequence[MarkupSpec]:
    return [directives.DIRECTIVE]


@hookimpl
def collect_digest_items(window: DigestWindow) -> Sequence[DigestItem]:
    return news.list_news(window)


@hookimpl
def collect_search_documents(posts: Sequence[PostRef]) -> Sequence[SearchDocument]:
    return finding.list_documents(posts)


@hookimpl
def register_events() -> Sequence[EventSpec]:
    return happening.EVENTS


@hookimpl
def register_jobs() -> Sequence[JobSpec]:
    return [
        JobSpec(name=name, run=run, per_area=False)
        for name, run in (
            (operations.CLOSE_JOB, operations.close_by_clock),
            (operations.REMIND_JOB, operations.send_reminders),
            (operations.LATE_JOB, operations.tell_late),
            (operations.INVITE_JOB, operations.send_invitations),
        )
    ]


@hookimpl
def register_schedules() -> Sequence[ScheduleSpec]:
    return [
        ScheduleSpec(
            name=operations.REMIND_SCHEDULE,
            every=operations.REMIND_EVERY,
            run=operations.remind_before_end,
        )
    ]


@hookimpl
def register_notifications() -> Sequence[NotificationType]:
    return notices.TYPES


@hookimpl
def move_topic(topic: TopicRef, source: AreaRef, target: AreaRef) -> Veto | None:
    operations.move_polls(topic.id, source_id=source.id, target_id=target.id)
    return None


@hookimpl
def validate_post(draft: PostDraft) -> Veto | None:
    if draft.topic is not None:
        return None
    return find_veto(draft) if draft.kind == KIND else find_stray(draft)


@hookimpl
def collect_topic_fields(page: TopicList) -> Mapping[int, Polls]:
    return serving.tell_topics(page)


@hookimpl
def collect_post_fields(page: TopicPage) -> Mapping[int, Polls]:
    return serving.tell_posts(page)


@hookimpl
def render_post_panels(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    return panels.show_polls(page)


@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    if Slot.AREA_SIDE not in page.slots:
        return ()
    return panels.show_open_polls(page)


@hookimpl
def erase_user(user_id: int, texts: Texts) -> Mapping[str, int]:
    return operations.erase_votes(user_id, texts=texts)


@hookimpl
def export_user(user_id: int) -> Sequence[ExportPart]:
    return operations.export_votes(user_id)


@hookimpl
def export_area(area: AreaRef, bundle: AreaBundle) -> None:
    operations.bundle_polls(area.id, bundle)


@hookimpl
def merge_users(source_id: int, target_id: int) -> Mapping[str, int]:
    return operations.merge_votes(source_id, target_id)


@hookimpl
def seed_demo(world: DemoWorld) -> None:
    demo.seed_polls(world)

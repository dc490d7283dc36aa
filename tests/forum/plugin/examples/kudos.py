"""A plugin that uses every hook of the first set, as an outside author would write it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import BaseModel

from forum.api.data import NotFound
from forum.plugin import (
    ApiFields,
    ApiRoute,
    AreaApi,
    AreaBundle,
    AreaPage,
    AreaRef,
    AreaRoutes,
    DemoWorld,
    DigestItem,
    DigestWindow,
    DirectiveBlock,
    DirectiveLine,
    DirectiveRef,
    EventField,
    EventRef,
    EventSpec,
    ExportPart,
    HostPage,
    ImportJob,
    ImportReport,
    JobSpec,
    MailGuard,
    MailLink,
    Manifest,
    MarkupSpec,
    NoticeRef,
    NotificationType,
    Panel,
    Permission,
    PersonalData,
    PostDraft,
    PostRef,
    Route,
    ScheduleSpec,
    SearchDocument,
    SiteCheck,
    SiteFinding,
    SitePage,
    Slot,
    SourceSpec,
    TopicKind,
    TopicList,
    TopicPage,
    TopicProposal,
    TopicRef,
    Veto,
    hookimpl,
    setting,
)


class Settings(BaseModel):
    """What an area may choose."""

    per_day: int = setting(5, label="Danke am Tag", help="Je Mitglied", ge=1, le=50)
    style: Literal["heart", "star"] = setting(
        "heart", label="Zeichen", choices={"heart": "Herz", "star": "Stern"}
    )
    server: str = setting("", label="Server", area_admin=False, max_length=20)


class Thanks(BaseModel):
    """What programs are told of a post, and of a topic: how often somebody was thanked."""

    count: int


class Given(BaseModel):
    """What programs send to thank somebody."""

    words: str


manifest = Manifest(
    name="kudos",
    title="Danke",
    summary="Ein Danke unter jedem Beitrag",
    core=">=1.0,<2",
    licence="MIT",
    homepage="https://example.org/kudos",
    events=("discussions.post_created",),
    permissions=(Permission(name="give", title="Danke geben", default_role="member"),),
    personal_data=(
        PersonalData(
            table="kudos_given", what="Wer wem dankt", purpose="Anzeige", retention="bis Löschung"
        ),
    ),
    settings=Settings,
)
log: list[str] = []


def _attach(topic: TopicRef, post: PostRef, draft: PostDraft) -> None:
    log.append(f"attach {topic.id} {post.id} {draft.extra['kudos_to'][0]}")


def _tell(topics: Sequence[TopicRef]) -> Mapping[int, str]:
    return {topic.id: f"{len(topics)} Danke" for topic in topics}


def _give(scope: object) -> str:
    return "gegeben"


def _back(scope: object, token: str) -> str:
    if token != "good":
        raise NotFound
    return "Danke zurück."


def _count(scope: object, post_id: int) -> Thanks:
    return Thanks(count=post_id)


def _thank(scope: object, post_id: int, body: Given) -> Thanks:
    log.append(f"thank {post_id} {body.words}")
    return Thanks(count=1)


def _forget(arguments: Mapping[str, object]) -> None:
    log.append(f"forget {arguments['area_id']}")


def _remind(area_ids: Sequence[int]) -> None:
    log.append(f"remind {len(area_ids)}")


def _import(job: ImportJob) -> ImportReport:
    return ImportReport(source="kudos_csv", topics_new=len(Path(job.file).name))


@hookimpl
def register_topic_kinds() -> Sequence[TopicKind]:
    return (
        TopicKind(
            name="thanks",
            label="Dank",
            icon="heart",
            composer_template="kudos/composer.html",
            attach=_attach,
            badge=_tell,
            line=_tell,
        ),
    )


@hookimpl
def register_blueprints() -> Sequence[AreaRoutes]:
    post = ("POST",)
    give = Route(rule="/<int:id>", endpoint="give", view=_give, methods=post, permission="give")
    # Pressed in a mail, without a session: the address itself says who may, and `_back` checks it.
    back = Route(rule="/back/<token>", endpoint="back", view=_back, methods=post, keyed=True)
    return [AreaRoutes((give, back))]


def _greet(scope: object) -> str | None:
    return "<h1>Danke, dass du da bist</h1>"


@hookimpl
def register_hosts() -> Sequence[HostPage]:
    return [HostPage(path="/", view=_greet)]


def _read(block: DirectiveBlock, draft: PostDraft) -> DirectiveLine | Veto:
    if not block.title:
        return Veto("Sag, wem du dankst.")
    return DirectiveLine(f"Danke an {block.title}", {"to": block.title})


def _show(page: TopicPage, found: Sequence[DirectiveRef]) -> Mapping[DirectiveRef, Panel]:
    return {ref: Panel(Slot.TEXT, "kudos/line.html", {"key": ref.key}) for ref in found}


@hookimpl
def register_markup() -> Sequence[MarkupSpec]:
    return [MarkupSpec(name="kudos", label="Danke", parse=_read, render=_show)]


def _sum(notices: Sequence[NoticeRef]) -> Mapping[int, str]:
    return {one.id: f"{one.values['count']} Danke diese Woche" for one in notices}


def _answer(notices: Sequence[NoticeRef]) -> Mapping[int, Sequence[MailLink]]:
    return {
        one.id: [MailLink(label="Danke zurück", path=f"/kudos/back/{one.user_id}")]
        for one in notices
    }


@hookimpl
def register_notifications() -> Sequence[NotificationType]:
    return [
        NotificationType(
            name="kudos.thanks_given",
            label="Jemand dankt mir",
            text="%(name)s dankt dir für „%(title)s“: %(words)s",
            links=_answer,
            mail="on",
        ),
        NotificationType(name="kudos.week", label="Mein Danke der Woche", text=_sum, bundled=False),
    ]


@hookimpl
def register_api() -> Sequence[AreaApi | ApiFields]:
    count = ApiRoute(
        rule="/<int:post_id>",
        endpoint="count",
        summary="Count the thanks for a post",
        view=_count,
        answer=Thanks,
    )
    thank = ApiRoute(
        rule="/<int:post_id>",
        endpoint="thank",
        summary="Thank for a post",
        view=_thank,
        method="POST",
        scope="write",
        permission="give",
        status=201,
        body=Given,
        answer=Thanks,
    )
    return [AreaApi((count, thank)), ApiFields(topic=Thanks, post=Thanks)]


@hookimpl
def register_sources() -> Sequence[SourceSpec]:
    return [SourceSpec(name="kudos_csv", label="Danke als CSV", run=_import)]


@hookimpl
def register_jobs() -> Sequence[JobSpec]:
    return [JobSpec(name="kudos.forget", run=_forget)]


@hookimpl
def register_schedules() -> Sequence[ScheduleSpec]:
    return [ScheduleSpec(name="kudos.remind", every=timedelta(days=1), run=_remind)]


def _may_leave(user_id: int, ref: str) -> bool:
    return ref == "wanted"


@hookimpl
def register_mail_guards() -> Sequence[MailGuard]:
    return [MailGuard(name="kudos.week", may_leave=_may_leave)]


@hookimpl
def register_checks() -> Sequence[SiteCheck]:
    return [SiteCheck(name="kudos.jar", run=lambda: [SiteFinding(level="ok", what="a full jar")])]


@hookimpl
def register_events() -> Sequence[EventSpec]:
    return [
        EventSpec(
            name="kudos.thanks_given",
            title="Jemand hat sich bedankt",
            fields=(
                EventField(name="user_id", kind="user", label="Wem gedankt wurde"),
                EventField(name="post_id", kind="post", label="Beitrag", optional=True),
            ),
            keep_days=365,
        )
    ]


@hookimpl
def validate_topic(proposal: TopicProposal) -> Veto | None:
    return Veto("Nicht danken für nichts") if proposal.title == "" else None


@hookimpl
def filter_post_source(source: str) -> str:
    return source.replace("(danke)", ":danke:")


@hookimpl
def validate_post(draft: PostDraft) -> Veto | None:
    return Veto("Nicht danken für nichts") if draft.source == "" else None


@hookimpl
def filter_post_html(html: str) -> str:
    return html.replace(":danke:", "♥")


@hookimpl
def render_post_panels(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    return {
        post.id: (Panel(Slot.POST, "kudos/post.html", {"n": post.seq}, key=(post.seq,)),)
        for post in page.posts
    }


@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    return [Panel(slot, "kudos/side.html") for slot in sorted(page.slots)]


@hookimpl
def collect_topic_fields(page: TopicList) -> Mapping[int, Thanks]:
    return {topic.id: Thanks(count=len(page.topics)) for topic in page.topics}


@hookimpl
def collect_post_fields(page: TopicPage) -> Mapping[int, Thanks]:
    return {post.id: Thanks(count=post.seq) for post in page.posts}


@hookimpl
def collect_digest_items(window: DigestWindow) -> Sequence[DigestItem]:
    return [
        DigestItem(key=f"week-{area.id}", area_id=area.id, at=window.since, title="Danke!")
        for area in window.areas
    ]


@hookimpl
def render_site_panels(page: SitePage) -> Sequence[Panel]:
    return [Panel(slot, "kudos/side.html") for slot in sorted(page.slots)]


@hookimpl
def collect_search_documents(posts: Sequence[PostRef]) -> Sequence[SearchDocument]:
    return [SearchDocument(post.id, "danke") for post in posts if post.seq == 1]


@hookimpl
def on_event(event: EventRef) -> None:
    log.append(f"event {event.id}")


@hookimpl
def move_topic(topic: TopicRef, target: AreaRef) -> Veto | None:
    log.append(f"move {topic.id} to {target.slug}")
    return None


@hookimpl
def move_area(area: AreaRef, target: AreaRef, area_ids: Sequence[int]) -> Veto | None:
    if len(area_ids) > 100:
        return Veto("So viele Danke-Listen ziehen nicht auf einmal um.")
    log.append(f"move {area.slug} under {target.slug}")
    return None


@hookimpl
def copy_area(source: AreaRef, target: AreaRef) -> Mapping[str, int]:
    log.append(f"copy {source.slug} to {target.slug}")
    return {"kudos_reason": 3}


@hookimpl
def export_area(area: AreaRef, bundle: AreaBundle) -> None:
    bundle.write("given", ({"by": name, "area": area.slug} for name in ("Anke", "Deniz")))


@hookimpl
def delete_area(area: AreaRef) -> Mapping[str, int]:
    log.append(f"delete {area.slug}")
    return {"kudos_given": 2}


@hookimpl
def erase_user(user_id: int) -> Mapping[str, int]:
    return {"kudos_given": user_id}


@hookimpl
def export_user(user_id: int) -> Sequence[ExportPart]:
    return [ExportPart("given", [{"by": user_id}])]


@hookimpl
def merge_users(source_id: int, target_id: int) -> Mapping[str, int]:
    log.append(f"merge {source_id} into {target_id}")
    return {"kudos_given": 1}


@hookimpl
def seed_demo(world: DemoWorld) -> None:
    log.append(f"seed {world.rng.random():.3f}")

"""`:::note title` … `:::`: shown at its place to each reader, told to the plugin when it changes.

Also an example of the other hooks around writing. What it keeps stands in a list, for tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forum.api.data import Scope
from forum.api.web import render
from forum.plugin import (
    AreaPage,
    DirectiveBlock,
    DirectiveDraft,
    DirectiveLine,
    DirectiveRef,
    HostPage,
    Manifest,
    MarkupSpec,
    Panel,
    PostDraft,
    PostRef,
    SitePage,
    Slot,
    TopicPage,
    TopicProposal,
    Veto,
    hookimpl,
)

manifest = Manifest(
    name="notes", title="Notizen", summary="Notizen im Text", core=">=1.0,<2", licence="MIT"
)
told: list[tuple[object, ...]] = []
asked: list[tuple[str, ...]] = []


def _parse(block: DirectiveBlock, draft: PostDraft) -> DirectiveLine | Veto | None:
    if block.title == "none":
        return None
    if block.title == "crash":
        raise ZeroDivisionError
    if not block.body.strip():
        return Veto(f"Die Notiz in {draft.area.name} ist leer.")
    return DirectiveLine(f"Notiz: {block.title}", {"body": block.body})


def _store(post: PostRef, found: Sequence[DirectiveDraft], draft: PostDraft) -> Veto | None:
    told.append((post.seq, tuple((one.key, one.data["body"]) for one in found)))
    if any("verboten" in str(one.data["body"]) for one in found):
        return Veto("Das ist verboten.")
    return None


def _render(page: TopicPage, found: Sequence[DirectiveRef]) -> Mapping[DirectiveRef, Panel]:
    asked.append(tuple(ref.key for ref in found))
    context = {"viewer": page.viewer.user_id, "hostile": "<script>"}
    return {
        ref: Panel(Slot.TEXT, "notes/note.html", {**context, "key": ref.key})
        for ref in found
        if not ref.key.endswith(".blank")
    }


def _preview(draft: DirectiveDraft) -> Panel:
    return Panel(Slot.TEXT, "notes/note.html", {"viewer": "preview", "key": draft.key})


@hookimpl
def register_markup() -> Sequence[MarkupSpec]:
    return [
        MarkupSpec(
            name="note",
            label="Notiz",
            parse=_parse,
            store=_store,
            render=_render,
            preview=_preview,
            most=3,
        )
    ]


def _front(scope: Scope) -> str:
    asked.append(("front", scope.area.slug))
    if scope.area.name == "Kaputt":
        raise ZeroDivisionError
    return render("notes/front.html", scope=scope, hostile="<script>")


def _imprint(scope: Scope) -> str | None:
    asked.append(("imprint", scope.area.slug))
    return None if scope.user_id is None else render("notes/front.html", scope=scope)


@hookimpl
def register_hosts() -> Sequence[HostPage]:
    return [
        HostPage(path="/", view=_front),
        HostPage(path="/impressum", view=_imprint),
    ]


@hookimpl
def validate_topic(proposal: TopicProposal) -> Veto | None:
    told.append((proposal.title, proposal.topic.title if proposal.topic else None))
    return Veto("Bitte nicht schreien.") if proposal.title.isupper() else None


@hookimpl
def filter_post_source(source: str) -> str:
    if "zu lang" in source:
        return "x" * 70_000
    return source.replace("(c)", "©")


def _mark(slot: Slot) -> Panel:
    return Panel(slot, "notes/slot.html", {"slot": slot.value})


@hookimpl
def render_post_panels(page: TopicPage) -> Mapping[int, Sequence[Panel]]:
    return {post.id: [_mark(Slot.POST)] for post in page.posts}


@hookimpl
def render_area_panels(page: AreaPage) -> Sequence[Panel]:
    mood = page.sent.get("notes_mood", ("",))[0]
    return [
        Panel(slot, "notes/slot.html", {"slot": slot.value, "mood": mood})
        for slot in sorted(page.slots)
    ]


@hookimpl
def render_site_panels(page: SitePage) -> Sequence[Panel]:
    return [_mark(slot) for slot in sorted(page.slots)]

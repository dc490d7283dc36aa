"""Starting topics and replying, with preview, as plain forms."""

from __future__ import annotations

from functools import partial

from flask import request
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from forum.areas.panels import render_slots, render_template
from forum.areas.queries import get_settings_in_force, list_path
from forum.areas.scope import Scope
from forum.areas.words import READERS
from forum.core.errors import Denied, ForumError, Invalid
from forum.core.services import service
from forum.discussions import operations, rules
from forum.discussions.forms import ReplyForm, TopicForm
from forum.discussions.kinds import KIND_LABELS
from forum.discussions.operations import TopicDraft
from forum.discussions.queries import PostText, TopicPage, get_post, list_posts
from forum.discussions.refs import topic_ref
from forum.discussions.views.blueprint import blueprint
from forum.discussions.views.frame import (
    load,
    note_draft_done,
    once,
    refuse,
    require_member,
)
from forum.discussions.views.previewing import render_preview
from forum.discussions.views.shown import list_facts, show_posts
from forum.markup import quote_source
from forum.plugin.types import Slot, TopicKind, TopicRef
from forum.web.forms import shows_again
from forum.web.i18n import gettext as _
from forum.web.incoming import count_use
from forum.web.posts import post_labels
from forum.web.render import render

PREVIEW = "preview"
_SLOTS = frozenset({Slot.COMPOSER})
_LONGEST_QUOTE = 2_000


@blueprint.post("/t/<int:topic_id>/reply")
@shows_again
def reply(topic_id: int) -> ResponseReturnValue:
    """Reply to a topic, or to the post that the form names."""
    page = load(topic_id)
    require_member()
    form = ReplyForm()
    if request.form.get("do") == PREVIEW or not form.submitted():
        return _show_reply(page, form, status=200 if request.form.get("do") == PREVIEW else 422)
    try:
        return once(form, form.text.data, partial(_reply, page, form))
    except ForumError as error:
        return _show_reply(page, form, status=refuse(form, error))


@blueprint.get("/t/<int:topic_id>/p/<int:seq>/reply")
def reply_to(topic_id: int, seq: int) -> ResponseReturnValue:
    """The composer under one post; `?quote=` holds what is quoted, empty for all of it."""
    page = load(topic_id)
    require_member()
    rules.require_answer(page.scope, page.topic)
    post = get_post(topic_id, seq)
    form = ReplyForm(parent=seq)
    if "quote" in request.args and post.deleted_at is None and post.hidden_at is None:
        form.text.data = _quote(page, post, request.args["quote"])
    return _show_reply(page, form)


def _reply(page: TopicPage, form: ReplyForm) -> str:
    count_use("post", f"user:{require_member()}")
    new = operations.reply(
        page.scope,
        page.topic.id,
        source=form.text.data,
        parent_seq=form.parent.data,
        extra=extra_fields(),
    )
    note_draft_done(f"t{page.topic.id}")
    return new.url


def _quote(page: TopicPage, post: PostText, chosen: str) -> str:
    shown = list_posts(page.topic.id, order="flat", start=post.seq, limit=1).posts[0]
    handle = shown.author.handle if shown.author.state == "active" else ""
    return quote_source(chosen[:_LONGEST_QUOTE] or post.source, post_id=post.id, handle=handle)


def _show_reply(page: TopicPage, form: ReplyForm, *, status: int = 200) -> ResponseReturnValue:
    """The page of one answer: what is answered above, the text kept below."""
    seq = form.parent.data if isinstance(form.parent.data, int) else None
    above = list_posts(page.topic.id, order="flat", start=seq, limit=1).posts
    text = form.text.data or ""
    return (
        render(
            "discussions/reply.html",
            scope=page.scope,
            page=page,
            topic=page.topic,
            crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(page.scope)],
            above=show_posts(above, list_facts(page, above)),
            labels=post_labels(),
            form=form,
            composer_panels=_render_panels(page.scope, topic_ref(page.topic)),
            preview=render_preview(page.scope, text) if _previews() else None,
        ),
        status,
    )


def show_new(scope: Scope) -> ResponseReturnValue:
    """The form for a new topic in an area."""
    require_member()
    if not rules.can_start(scope):
        raise Denied(_("In diesem Bereich darfst du kein Thema beginnen."))
    form = TopicForm(kinds=list_kinds(scope))
    if not form.kind.data:
        form.kind.data = "discussion"
    if request.method == "GET":
        return _show_form(scope, form)
    if _previews() or not form.submitted():
        return _show_form(scope, form, status=200 if _previews() else 422)
    draft = TopicDraft(
        title=form.title.data,
        source=form.text.data,
        kind=form.kind.data,
        extra=extra_fields(),
    )
    try:
        return once(form, f"{draft.title}\n{draft.source}", partial(_start, scope, draft))
    except ForumError as error:
        status = refuse(form, error)
        if _is_at_kind(draft.kind, error):
            form.form_errors.clear()
        return _show_form(scope, form, status=status, error=error)


def _start(scope: Scope, draft: TopicDraft) -> str:
    count_use("topic", f"user:{require_member()}")
    new = operations.start_topic(scope, draft)
    note_draft_done(f"a{scope.area.id}")
    return new.url


def _show_form(
    scope: Scope, form: TopicForm, *, status: int = 200, error: ForumError | None = None
) -> ResponseReturnValue:
    return (
        render(
            "discussions/new.html",
            scope=scope,
            crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(scope)],
            form=form,
            readers=READERS["sealed" if scope.area.sealed else scope.area.effective],
            kind_fields=_render_kinds(scope, error),
            composer_panels=_render_panels(scope),
            preview=render_preview(scope, form.text.data or "") if _previews() else None,
        ),
        status,
    )


def _render_panels(scope: Scope, topic: TopicRef | None = None) -> Markup:
    return render_slots(scope, _SLOTS, topic, sent=extra_fields())[Slot.COMPOSER]


def _render_kinds(scope: Scope, error: ForumError | None) -> list[tuple[TopicKind, Markup]]:
    """Render the fields of each kind with what was sent, and what was wrong at its field."""
    errors = {error.field: error.message} if isinstance(error, Invalid) else {}
    sent = {"values": extra_fields(), "errors": errors}
    dispatcher = service("dispatcher")
    fields = []
    for kind in dispatcher.list_kinds(scope.plugins):
        if kind.composer_template is not None:
            owner = dispatcher.get_owner(kind.name).manifest
            settings = get_settings_in_force(scope.area.id, owner.name) if owner.settings else None
            context = {**sent, "settings": settings}
            fields.append((kind, render_template(scope, kind.composer_template, context)))
    return fields


def _is_at_kind(kind: str, error: ForumError) -> bool:
    """Tell whether a refusal stands at a field of the chosen kind, so that once is enough."""
    dispatcher = service("dispatcher")
    if (
        not isinstance(error, Invalid)
        or dispatcher.find_kind(kind, dispatcher.loaded.names) is None
    ):
        return False
    return error.field.startswith(f"{dispatcher.get_owner(kind).name}_")


def list_kinds(scope: Scope) -> list[tuple[str, str]]:
    """Return the kinds of topics that the viewer may choose here."""
    own = [("discussion", _("Diskussion"))]
    own += [
        (kind, str(label)) for kind, label in KIND_LABELS.items() if rules.can_start(scope, kind)
    ]
    plugins = service("dispatcher").list_kinds(scope.plugins)
    return [*own, *((kind.name, _(kind.label)) for kind in plugins)]


def extra_fields() -> dict[str, tuple[str, ...]]:
    """Return the submitted fields that belong to plugins: their names begin with a plugin's."""
    names = service("dispatcher").loaded.names
    return {
        field: tuple(values)
        for field, values in request.form.lists()
        if "_" in field and any(field.startswith(f"{name}_") for name in names)
    }


def _previews() -> bool:
    return request.form.get("do") == PREVIEW

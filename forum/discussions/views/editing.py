"""Another text for a post: the form, conflicts with the text kept, the history."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, request
from flask.typing import ResponseReturnValue

from forum.areas.queries import list_path
from forum.core.errors import Conflict, ForumError, NotFound
from forum.discussions import operations, rules
from forum.discussions.forms import EditForm
from forum.discussions.queries import (
    PostText,
    TopicPage,
    get_post,
    list_posts,
    list_readable_sources,
    list_revisions,
    post_url,
)
from forum.discussions.views.blueprint import blueprint
from forum.discussions.views.frame import (
    load,
    note_draft_done,
    refuse,
    require_member,
)
from forum.discussions.views.previewing import render_preview
from forum.web.forms import shows_again
from forum.web.incoming import count_use, read_number
from forum.web.people import Person
from forum.web.render import render

LONGEST_DIFF = 2_000


@dataclass(frozen=True, slots=True)
class Step:
    """One version against the one before: lines with `+`, `-` or a space in front."""

    version: int
    by: Person
    at: datetime
    reason: str
    lines: tuple[tuple[str, str], ...]


@blueprint.route("/t/<int:topic_id>/p/<int:seq>/edit", methods=["GET", "POST"])
@shows_again
def edit(topic_id: int, seq: int) -> ResponseReturnValue:
    """Edit a post; with the first one, the title too."""
    page = load(topic_id)
    require_member()
    post = get_post(topic_id, seq)
    rules.require(rules.can_edit(page.scope, page.topic, post))
    form = EditForm(text=post.source, title=page.topic.title, version=str(post.version))
    if not post.is_root:
        del form.title
    if request.method == "GET":
        return _show(page, post, form)
    if request.form.get("do") == "preview" or not form.submitted():
        return _show(page, post, form, status=200 if _previews() else 422)
    try:
        return _edit(page, post, form)
    except Conflict as error:
        status = refuse(form, error)
        # The next try builds on what stands there now, which is shown beside the kept text.
        form.version.data = str(get_post(topic_id, seq).version)
        return _show(page, get_post(topic_id, seq), form, status=status, conflict=True)
    except ForumError as error:
        return _show(page, post, form, status=refuse(form, error))


def _edit(page: TopicPage, post: PostText, form: EditForm) -> ResponseReturnValue:
    count_use("edit", f"user:{require_member()}")
    operations.edit_post(
        page.scope,
        page.topic.id,
        seq=post.seq,
        source=form.text.data,
        version=read_number(str(form.version.data)) or 0,
        title=form.title.data if post.is_root else None,
        reason=form.reason.data or "",
    )
    note_draft_done(f"t{page.topic.id}e{post.seq}")
    return redirect(post_url(page.topic.id, post.seq), 303)


def _show(
    page: TopicPage,
    post: PostText,
    form: EditForm,
    *,
    status: int = 200,
    conflict: bool = False,
) -> ResponseReturnValue:
    return (
        render(
            "discussions/edit.html",
            scope=page.scope,
            page=page,
            topic=page.topic,
            post=post,
            crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(page.scope)],
            form=form,
            conflict=conflict,
            preview=render_preview(page.scope, form.text.data or "") if _previews() else None,
        ),
        status,
    )


@blueprint.get("/t/<int:topic_id>/p/<int:seq>/history")
def history(topic_id: int, seq: int) -> ResponseReturnValue:
    """All texts that a post had, each against the one before."""
    page = load(topic_id)
    post = get_post(topic_id, seq)
    gone = post.deleted_at is not None or post.hidden_at is not None
    if gone and not rules.can_hide(page.scope):
        raise NotFound
    shown = list_posts(topic_id, order="flat", start=seq, limit=1).posts[0]
    return render(
        "discussions/history.html",
        scope=page.scope,
        page=page,
        topic=page.topic,
        post=post,
        crumbs=[(crumb.name, f"/a/{crumb.slug}/") for crumb in list_path(page.scope)],
        steps=_list_steps(post, shown.author.person),
    )


def _list_steps(post: PostText, author: Person) -> list[Step]:
    """The newest version first; a revision says who replaced it, so makers are one off."""
    revisions = list_revisions(post.id)
    # A source holds the text of its quotes, which not everybody who reads the post may read.
    sources = list_readable_sources([*(revision.source for revision in revisions), post.source])
    steps = [Step(1, author, post.created_at, "", _compare("", sources[0]))]
    for at, revision in enumerate(revisions):
        steps.append(
            Step(
                revision.version + 1,
                revision.editor.person,
                revision.created_at,
                revision.reason,
                _compare(sources[at], sources[at + 1]),
            )
        )
    return steps[::-1]


def _compare(before: str, after: str) -> tuple[tuple[str, str], ...]:
    """Compare by lines; `?` lines of difflib are for terminals."""
    old, new = before.splitlines()[:LONGEST_DIFF], after.splitlines()[:LONGEST_DIFF]
    lines = difflib.unified_diff(old, new, lineterm="", n=3)
    return tuple(
        (line[:1], line[1:]) for line in lines if not line.startswith(("---", "+++", "@@"))
    )


def _previews() -> bool:
    return request.form.get("do") == "preview"

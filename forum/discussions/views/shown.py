"""From rows to what the topic macros show; words are looked up once per page, never per post."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Final, Literal

from markupsafe import Markup

from forum.areas.scope import Scope
from forum.discussions import rules
from forum.discussions.queries import PostRow, TopicPage, fill_texts, list_own_reactions
from forum.discussions.readstate import Read
from forum.web.i18n import gettext as _
from forum.web.posts import Mark, PostView, Reaction

State = Literal["", "hidden", "deleted"]
INDENTED: Final = 16
"""Below this level replies stand at the same indent and name whom they answer."""
SYMBOLS: Final[Mapping[str, str]] = {"like": "", "thanks": "🙏", "agree": "👍", "celebrate": "🎉"}


def reaction_labels() -> dict[str, str]:
    """Return the words for reactions."""
    return {
        "like": _("Gefällt mir"),
        "thanks": _("Danke"),
        "agree": _("Stimme zu"),
        "celebrate": _("Super"),
    }


def show_posts(
    page: TopicPage,
    posts: Sequence[PostRow],
    *,
    panels: Mapping[int, Markup],
    team: Collection[int] = (),
) -> list[PostView]:
    """Return the posts of a page as the viewer sees them.

    Cost: one statement when a text refers to people or posts, one when somebody has reacted.
    """
    scope = page.scope
    mine = list_own_reactions(scope.viewer, posts)
    texts = fill_texts([post.html for post in posts])
    labels = reaction_labels()
    answers = rules.can_answer(scope, page.topic)
    base = f"/t/{page.topic.id}/p/"
    marks = (Mark(_("Kernteam")),)
    imported = _("einem Archiv")
    undo = _("Wiederherstellen")
    return [
        PostView(
            seq=post.seq,
            url=f"{base}{post.seq}",
            author=post.author.person,
            at=post.created_at,
            html=text,
            depth=min(post.depth, INDENTED),
            state=_state(post),
            note=_note(page, post, f"{base}{post.seq}", undo),
            new=is_new(page.read, scope, post),
            edited=post.edited_at is not None,
            lang=post.language or "",
            marks=marks if post.author_id in team else (),
            origin=imported if post.origin == "import" else "",
            parent_seq=post.parent_seq or 0,
            parent_name=_parent_name(post),
            reactions=_reactions(post, labels, mine=mine.get(post.id, ())),
            can_react=rules.can_react(scope, post),
            can_reply=answers and post.deleted_at is None and post.hidden_at is None,
            panels=panels.get(post.id, Markup("")),
        )
        for post, text in zip(posts, texts, strict=True)
    ]


def is_new(read: Read | None, scope: Scope, post: PostRow) -> bool:
    """Tell whether a post came since the last visit; on a first visit nothing stands out."""
    return read is not None and post.author_id != scope.user_id and not read.covers(post.seq)


def _state(post: PostRow) -> State:
    if post.deleted_at is not None:
        return "deleted"
    return "hidden" if post.hidden_at is not None else ""


def _note(page: TopicPage, post: PostRow, url: str, undo: str) -> str:
    if post.deleted_at is None:
        return post.hidden_reason if post.hidden_at is not None else ""
    if not rules.can_restore(page.scope, page.topic, post):
        return ""
    button = '<button class="btn line" form="act" formaction="{}/restore">{}</button>'
    return Markup(button).format(url, undo)  # noqa: S704 - a constant, its parts are escaped


def _parent_name(post: PostRow) -> str:
    if post.parent_seq is None:
        return ""
    return post.parent_name or _("Ehemaliges Mitglied")


def _reactions(
    post: PostRow, labels: Mapping[str, str], *, mine: Collection[str]
) -> tuple[Reaction, ...]:
    return tuple(
        Reaction(
            kind=kind,
            label=labels[kind],
            count=post.reactions.get(kind, 0),
            mine=kind in mine,
            symbol=SYMBOLS[kind],
        )
        for kind in rules.REACTIONS
        if kind == "like" or post.reactions.get(kind)
    )

"""From rows to what the topic macros show; words are looked up once per page, never per post."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from markupsafe import Markup

from forum.areas.scope import Scope
from forum.discussions import rules
from forum.discussions.queries import PostRow, TopicPage, fill_texts, list_own_reactions, post_url
from forum.discussions.readstate import Read
from forum.markup import QuoteInfo
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


class Facts(NamedTuple):
    """What of a post differs from reader to reader, beside the quotes in its text."""

    new: bool
    can_react: bool
    can_reply: bool
    mine: frozenset[str]
    note: str


def list_facts(page: TopicPage, posts: Sequence[PostRow]) -> tuple[Facts, ...]:
    """Return what these posts are to the viewer.

    Cost: one statement when somebody has reacted.
    """
    scope = page.scope
    mine = list_own_reactions(scope.viewer, posts)
    answers = rules.can_answer(scope, page.topic)
    nothing: frozenset[str] = frozenset()
    return tuple(
        Facts(
            is_new(page.read, scope, post),
            rules.can_react(scope, post),
            answers and post.deleted_at is None and post.hidden_at is None,
            frozenset(mine[post.id]) if post.id in mine else nothing,
            _note(page, post) if post.deleted_at or post.hidden_at else "",
        )
        for post in posts
    )


def show_posts(
    posts: Sequence[PostRow],
    facts: Sequence[Facts],
    *,
    quotes: Mapping[int, QuoteInfo] | None = None,
    panels: Mapping[int, Markup] = MappingProxyType({}),
    embeds: Mapping[int, Mapping[str, Markup]] = MappingProxyType({}),
    team: Collection[int] = (),
) -> list[PostView]:
    """Return posts as a viewer sees them to whom they are these facts.

    `quotes` as `fill_texts` takes them, `panels` and `embeds` by post id.
    Cost: that of `fill_texts`.
    """
    inside = [embeds.get(post.id, {}) for post in posts] if embeds else ()
    texts = fill_texts([post.html for post in posts], quotes, inside)
    labels = reaction_labels()
    marks = (Mark(_("Kernteam")),)
    imported = _("von anderswo")
    return [
        PostView(
            seq=post.seq,
            url=post_url(post.topic_id, post.seq),
            author=post.author.person,
            at=post.created_at,
            html=text,
            depth=min(post.depth, INDENTED),
            state=_state(post),
            note=fact.note,
            new=fact.new,
            edited=post.edited_at is not None,
            lang=post.language or "",
            marks=marks if post.author_id in team else (),
            origin=imported if post.origin != "member" else "",
            parent_seq=post.parent_seq or 0,
            parent_url=post_url(post.topic_id, post.parent_seq) if post.parent_seq else "",
            parent_name=_parent_name(post),
            reactions=_reactions(post, labels, mine=fact.mine),
            can_react=fact.can_react,
            can_reply=fact.can_reply,
            panels=panels.get(post.id, Markup("")),
        )
        for post, text, fact in zip(posts, texts, facts, strict=True)
    ]


def is_new(read: Read | None, scope: Scope, post: PostRow) -> bool:
    """Tell whether a post came since the last visit; on a first visit nothing stands out."""
    return read is not None and post.author_id != scope.user_id and not read.covers(post.seq)


def _state(post: PostRow) -> State:
    if post.deleted_at is not None:
        return "deleted"
    return "hidden" if post.hidden_at is not None else ""


def _note(page: TopicPage, post: PostRow) -> str:
    if post.deleted_at is None:
        return post.hidden_reason
    if not rules.can_restore(page.scope, page.topic, post):
        return ""
    button = '<button class="btn line" form="act" formaction="{}/restore">{}</button>'
    url, undo = post_url(post.topic_id, post.seq), _("Wiederherstellen")
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

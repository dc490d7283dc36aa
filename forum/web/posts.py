"""What the topic macros show: posts as they look, their tree on one page, the page's labels.

This is the hot path: labels are translated once per page, the tree is nested by one pass over the
rows, and nothing here or in the macro builds addresses or asks for permissions per post.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from markupsafe import Markup

from forum.web.i18n import gettext, ngettext
from forum.web.people import Person

_ = gettext
_NOTHING = Markup("")
# Below this depth the page indents no further, so posts say whom they answer.
FLAT = 4
_HOLE = "\x00"
_CLOSE = Markup("</ul></details></li>")


@dataclass(frozen=True, slots=True)
class Reaction:
    """One kind of reaction under a post; `like` shows as a heart, others by their symbol."""

    kind: str
    label: str
    count: int
    mine: bool = False
    symbol: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A word beside a name or title that must not be overlooked ("Kernteam", "geschlossen")."""

    text: str
    icon: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostView:
    """A post as the viewer sees it; what may not be done is simply not offered.

    `html` is the stored, sanitised text with its placeholders filled; `panels` is what plugins
    add below it. `state`: held (waits for moderation), hidden (with `note` why), deleted.
    `flag` marks an answer ("Lösung, bestätigt von …"); `origin` tells where an import is from.
    """

    seq: int
    url: str
    author: Person
    at: datetime
    html: Markup
    depth: int = 0
    state: Literal["", "held", "hidden", "deleted"] = ""
    note: str = ""
    new: bool = False
    edited: bool = False
    lang: str = ""
    marks: tuple[Mark, ...] = ()
    flag: str = ""
    origin: str = ""
    origin_url: str = ""
    parent_seq: int = 0
    parent_url: str = ""
    parent_name: str = ""
    reactions: tuple[Reaction, ...] = ()
    can_react: bool = False
    can_reply: bool = False
    panels: Markup = _NOTHING


@dataclass(slots=True)
class Node:
    """A post in its place: what to close before it, how many posts stand below it.

    `lost`: it does not stand below the post it answers, which is to be found at `up`.
    """

    post: PostView
    close: Markup
    below: int = 0
    below_new: int = 0
    lost: bool = False
    up: str = ""


@dataclass(frozen=True, slots=True)
class Tree:
    """The posts of a page, nested; `end` closes what is still open after the last."""

    nodes: list[Node]
    end: Markup


def alone(post: PostView) -> Node:
    """Wrap a post that stands outside the tree."""
    return Node(post, _NOTHING)


def arrange(posts: Sequence[PostView]) -> Tree:
    """Nest a flat list of posts in reading order by their depth.

    A page may start in the middle of a branch: posts whose parent is not on the page stand where
    the branch begins and say whom they answer (`lost`).
    Cost: one pass.
    """
    nodes: list[Node] = []
    above: list[Node] = []
    here = {post.seq for post in posts}
    for post in posts:
        closed = 0
        while above and above[-1].post.depth >= post.depth:
            closed += above.pop().below > 0
        node = Node(post, _CLOSE * closed)
        beside = bool(above) and above[-1].post.seq == post.parent_seq
        node.lost = post.depth > 1 and (not beside or len(above) > FLAT)
        node.up = f"#p{post.parent_seq}" if post.parent_seq in here else post.parent_url
        for elder in above:
            elder.below += 1
            elder.below_new += post.new
        above.append(node)
        nodes.append(node)
    return Tree(nodes, _CLOSE * sum(node.below > 0 for node in above))


@dataclass(frozen=True, slots=True)
class PostLabels:
    """The words of a topic page; what stands around a name is kept per name."""

    new: str
    edited: str
    reply: str
    quote: str
    held: str
    hidden: str
    deleted: str
    show: str
    imported: str
    patterns: tuple[str, str, str]
    answer: str
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def about(self, name: str) -> tuple[str, ...]:
        """Return the labels of reply, quote and menu for an author's post."""
        known = self.names.get(name)
        if known is None:
            known = tuple(pattern.replace(_HOLE, name) for pattern in self.patterns)
            self.names[name] = known
        return known

    def answer_to(self, name: str) -> str:
        """Say whom a post answers whose parent is not beside it."""
        return self.answer.replace(_HOLE, name)

    def below(self, node: Node) -> str:
        """Say what a branch holds: the name of the line that folds it."""
        text = ngettext("%(num)s Antwort", "%(num)s Antworten", node.below)
        if not node.below_new:
            return text
        return _("%(answers)s, davon %(new)s neu", answers=text, new=node.below_new)


def post_labels() -> PostLabels:
    """Translate the words of a topic page, once per page."""
    return PostLabels(
        new=_("neu"),
        edited=_("bearbeitet"),
        reply=_("Antworten"),
        quote=_("Zitieren"),
        held=_("Wartet auf Freigabe"),
        hidden=_("Ausgeblendet"),
        deleted=_("Dieser Beitrag wurde gelöscht."),
        show=_("Trotzdem zeigen"),
        imported=_("übernommen"),
        patterns=(
            _("Auf den Beitrag von %(name)s antworten", name=_HOLE),
            _("Beitrag von %(name)s zitieren", name=_HOLE),
            _("Mehr zum Beitrag von %(name)s", name=_HOLE),
        ),
        answer=_("Antwort an %(name)s", name=_HOLE),
    )

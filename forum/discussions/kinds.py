"""Kinds of topics as lists, feeds, mails and programs show them, and what their plugins add.

Where its plugin is off a topic of whatever kind is a plain discussion; what was stored stays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, Literal

from forum.core import limits
from forum.core.services import service
from forum.plugin.checks import check_for
from forum.plugin.errors import WrongResult
from forum.plugin.types import TopicKind, TopicRef
from forum.web.i18n import gettext as _
from forum.web.i18n import lazy_gettext

Telling = Literal["badge", "line"]
PLAIN: Final = "discussion"
MOST: Final[Mapping[Telling, int]] = {"badge": limits.LABEL, "line": limits.TITLE}
KIND_LABELS: Final[Mapping[str, object]] = {
    "question": lazy_gettext("Frage"),
    "announcement": lazy_gettext("Ankündigung"),
}
_check: Final = check_for(Mapping[int, str])


def kind_in_force(kind: str, plugins: frozenset[str]) -> str:
    """Return the kind of a topic where these plugins are on: "discussion" when its own is off."""
    if kind in KIND_LABELS or service("dispatcher").find_kind(kind, plugins) is not None:
        return kind
    return PLAIN


def kind_label(kind: str, plugins: frozenset[str]) -> str:
    """Return the word for a topic's kind, "" for plain discussions and where its plugin is off."""
    if kind == PLAIN:
        return ""
    if kind in KIND_LABELS:
        return str(KIND_LABELS[kind])
    found = service("dispatcher").find_kind(kind, plugins)
    return _(found.label) if found is not None else ""


def tell_topics(
    telling: Telling, topics: Iterable[tuple[TopicRef, frozenset[str]]]
) -> dict[int, str]:
    """Return what the plugins of their kinds say of these topics, by id; the areas' plugins given.

    Each kind is asked once for all its topics, behind the guard; what fails is left out.
    Cost: that of the plugins, none for plain discussions.
    """
    dispatcher = service("dispatcher")
    by_kind: dict[str, list[TopicRef]] = {}
    for topic, plugins in topics:
        kind: TopicKind | None = dispatcher.find_kind(topic.kind, plugins)
        if kind is not None and getattr(kind, telling) is not None:
            by_kind.setdefault(topic.kind, []).append(topic)
    told: dict[int, str] = {}
    for name, refs in by_kind.items():
        given = _ask(telling, name, tuple(refs))
        wanted = {ref.id for ref in refs}
        told |= {number: text for number, text in given.items() if number in wanted and text}
    return told


def _ask(telling: Telling, name: str, refs: tuple[TopicRef, ...]) -> Mapping[int, str]:
    dispatcher = service("dispatcher")
    owner = dispatcher.get_owner(name)
    function = getattr(dispatcher.find_kind(name, frozenset({owner.name})), telling)
    areas = {ref.area_id for ref in refs}
    given: Mapping[int, str] | None = dispatcher.run(
        owner.name,
        f"{telling} of {name}",
        _checked(telling, function),
        (refs,),
        kind="panel",
        on_error="skip",
        area_id=areas.pop() if len(areas) == 1 else None,
    )
    return given or {}


def _checked(
    telling: Telling, function: Callable[[Sequence[TopicRef]], Mapping[int, str]]
) -> Callable[[Sequence[TopicRef]], Mapping[int, str]]:
    """Let a result that does not hold count as the plugin's failure."""

    def ask(topics: Sequence[TopicRef]) -> Mapping[int, str]:
        given = function(topics)
        problem = _check(given)
        if problem is None and any(len(t) > MOST[telling] or "\n" in t for t in given.values()):
            problem = f"it has to be one line of {MOST[telling]} signs at most"
        if problem is not None:
            raise WrongResult(f"{telling}: {problem}")
        return given

    return ask

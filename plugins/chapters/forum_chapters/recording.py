"""A branch as it stands, told as a template: what it is made of, never what stands in it."""

from __future__ import annotations

import re
from typing import Any, Final, get_args

from forum.api.data import (
    NotFound,
    Scope,
    find_area_id,
    get_own_look,
    get_scope_by_id,
    list_kept_children,
)
from forum_chapters import limits
from forum_chapters.patterns import (
    Behaviour,
    Front,
    Joining,
    Kind,
    Look,
    Part,
    Pattern,
    Visibility,
    Writers,
)
from forum_chapters.queries import get_front

_CHOICES: Final = {
    "kind": Kind,
    "visibility": Visibility,
    "joining": Joining,
    "topics_by": Writers,
    "replies_by": Writers,
}


def make_pattern(scope: Scope) -> Pattern:
    """Describe the area and what hangs directly below it, as far as the viewer reads it.

    What a template cannot say (joining by a rule) is as it would be anyway.
    Cost: some statements, two per area below, of which it takes the first twenty.
    """
    front, (theme, accent) = get_front(scope), get_own_look(scope)
    parts: dict[str, Part] = {}
    for child in _list_below(scope):
        key = _make_key(scope, child)
        if key and key not in parts:
            is_news = child.area.id == front.announcements_id
            parts[key] = _describe(child, key, is_news=is_news)
    return Pattern(
        format=1,
        name=scope.area.name,
        summary=scope.area.summary,
        branch=Behaviour(**_behave(scope)),
        look=Look(theme=theme, accent=accent),
        front=Front(title=front.title, text=front.text, blocks=front.blocks),
        plugins=dict.fromkeys(sorted(scope.plugins)[: limits.PLUGINS], "on"),
        areas=tuple(parts.values()),
    )


def _list_below(scope: Scope) -> list[Scope]:
    found = []
    for crumb in list_kept_children(scope)[: limits.AREAS]:
        area_id = find_area_id(crumb.slug)
        try:
            child = get_scope_by_id(scope.viewer, area_id) if area_id is not None else None
        except NotFound:
            child = None
        if child is not None and child.reads and child.area.archived_at is None:
            found.append(child)
    return found


def _behave(scope: Scope) -> dict[str, Any]:
    values = {name: getattr(scope.area, name) for name in _CHOICES}
    return {name: value for name, value in values.items() if value in get_args(_CHOICES[name])}


def _make_key(scope: Scope, child: Scope) -> str:
    """Return the end of an address that tells the area apart: what follows the branch's own."""
    end = child.area.slug.removeprefix(f"{scope.area.slug}-")
    return re.sub(r"[^a-z0-9-]", "", end)[: limits.KEY].strip("-")


def _describe(child: Scope, key: str, *, is_news: bool) -> Part:
    area = child.area
    return Part(
        key=key,
        name=area.name,
        summary=area.summary,
        sealed=area.sealed,
        casual=area.casual,
        announcements=is_news,
        **_behave(child),
    )

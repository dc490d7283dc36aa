"""Opening a branch from a template: areas, plugins, look, address and front page in one go.

All or nothing: whoever calls runs it in a unit or a savepoint, and what is refused undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from forum.api.data import (
    AreaSpec,
    Denied,
    Invalid,
    NotFound,
    Scope,
    change_look,
    create_area,
    get_own_look,
    get_scope_by_id,
    list_tree,
    record_audit,
    require_create_below,
    require_edit,
    set_plugin_state,
)
from forum.api.web import gettext as _
from forum.plugin import State
from forum_chapters import limits, rules
from forum_chapters.operations.hosts import take_host
from forum_chapters.operations.looks import check_look
from forum_chapters.operations.pages import PageDraft, write_front
from forum_chapters.patterns import Behaviour, Part, Pattern, fill_in
from forum_chapters.queries import get_front, get_settings

Where = Literal["here", "below"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is said when a branch is opened.

    `here` furnishes the area at hand, `below` makes a new one under it. `parts` are the keys of
    the template's areas that are wanted; `host` is "" for none.
    """

    where: Where
    name: str
    slug: str = ""
    accent: str = ""
    theme: str = ""
    host: str = ""
    parts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Opened:
    """The branch as who made it sees it, and the plugins of its template that are not there."""

    branch: Scope
    lacking: tuple[str, ...]


def open_branch(scope: Scope, pattern: Pattern, *, opening: Opening) -> Opened:
    """Make a branch of a template.

    Errors: Denied without the role, also where a plugin may not be switched; Invalid at the field
        that does not hold. Some of it may stand by then: the caller undoes it.
    Cost: that of making each area, linear in their number.
    """
    require_create_below(scope)
    _require_look(scope, opening)
    branch = _get_branch(scope, pattern, opening)
    plugins = sorted(pattern.plugins.items())
    lacking = tuple(name for name, state in plugins if not _switch(branch, name, State(state)))
    there = list_there(branch)
    made = {
        part.key: there.get(make_slug(branch, part)) or _make_part(branch, part)
        for part in list_parts(pattern, opening)
    }
    news = [made[part.key] for part in list_parts(pattern, opening) if part.announcements]
    draft = make_draft(pattern, branch.area.name, news=news[0] if news else None)
    write_front(branch, _keep_legal(branch, draft))
    if opening.host:
        take_host(branch, opening.host)
    record_audit(
        "chapters.open_branch",
        scope.user_id,
        area_id=branch.area.id,
        pattern=pattern.name,
        areas=len(made),
    )
    return Opened(branch, lacking)


def list_parts(pattern: Pattern, opening: Opening) -> Iterator[Part]:
    """Yield the areas of the template that are wanted."""
    return (part for part in pattern.areas if part.key in opening.parts)


def make_slug(branch: Scope, part: Part) -> str:
    """Return the address of a part: of the branch's own only so much that the end stays whole."""
    return f"{branch.area.slug[: limits.SLUG - 1 - len(part.key)]}-{part.key}"


def list_there(branch: Scope) -> dict[str, int]:
    """Return the areas directly below a branch, by address: what is there is taken as it is."""
    rows = list_tree(branch.viewer)
    return {row.slug: row.id for row in rows if row.parent_id == branch.area.id}


def make_draft(pattern: Pattern, name: str, *, news: int | None) -> PageDraft:
    """Return the front page that a template gives a branch of this name."""
    front = pattern.front
    return PageDraft(
        title=fill_in(front.title, name)[: limits.TITLE],
        text=fill_in(front.text, name),
        blocks=front.blocks,
        announcements_id=news,
    )


def _keep_legal(branch: Scope, draft: PageDraft) -> PageDraft:
    """Leave what a furnished area has written into its imprint; a template knows nothing of it."""
    front = get_front(branch)
    return replace(
        draft,
        imprint=front.imprint,
        privacy=front.privacy,
        announcements_id=draft.announcements_id or front.announcements_id,
    )


def _require_look(scope: Scope, opening: Opening) -> None:
    if not opening.theme and not opening.accent:
        return
    require_edit(scope)
    rules.require_own_look(scope, get_settings(scope))
    check_look(scope, theme=opening.theme, accent=opening.accent)


def _get_branch(scope: Scope, pattern: Pattern, opening: Opening) -> Scope:
    """Return the area at hand, with its look, or make the new one."""
    if opening.where == "below":
        spec = _make_spec(pattern.branch, opening.name, fill_in(pattern.summary, opening.name))
        spec = replace(spec, slug=opening.slug, theme=opening.theme, accent=opening.accent)
        return get_scope_by_id(scope.viewer, create_area(scope, spec))
    theme, accent = get_own_look(scope)
    if opening.theme or opening.accent:
        change_look(scope, theme=opening.theme or theme, accent=opening.accent or accent)
    return scope


def _make_spec(behaviour: Behaviour, name: str, summary: str) -> AreaSpec:
    return AreaSpec(
        name=name,
        summary=summary[: limits.SUMMARY],
        kind=behaviour.kind,
        visibility=behaviour.visibility,
        joining=behaviour.joining,
        topics_by=behaviour.topics_by,
        replies_by=behaviour.replies_by,
    )


def _make_part(branch: Scope, part: Part) -> int:
    name = fill_in(part.name, branch.area.name)
    spec = _make_spec(part, name[: limits.NAME], fill_in(part.summary, branch.area.name))
    slug = make_slug(branch, part)
    try:
        return create_area(branch, replace(spec, slug=slug, sealed=part.sealed, casual=part.casual))
    except Invalid as error:
        raise Invalid("parts", f"{name}: {error.message}") from error


def _switch(branch: Scope, plugin: str, state: State) -> bool:
    """Switch a plugin as the template says; tell whether there is such a one on this site."""
    try:
        set_plugin_state(branch, plugin, state=state, reason=_("Aus der Vorlage"))
    except NotFound:
        return False
    except Denied as error:
        raise Invalid("source", f"{plugin}: {error.message}") from error
    return True

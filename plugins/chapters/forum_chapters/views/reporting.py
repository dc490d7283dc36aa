"""The roof sees its chapters together; a chapter sees itself and the median."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any, Final

from forum.api.data import (
    Scope,
    can_edit,
    find_area_id,
    get_scope_by_id,
    list_path,
    require_edit,
)
from forum.api.web import gettext as _
from forum.api.web import lazy_gettext as _l
from forum.api.web import render
from forum_chapters.report import (
    BEHAVIOURS,
    REGION,
    Behaviour,
    Count,
    Tally,
    count_behaviours,
    find_median,
    make_sheet,
)
from forum_chapters.report.keeping_back import can_show
from forum_chapters.views.looking import base_of, crumbs_of

WORDS: Final = {
    "answered": (
        _l("Themen, auf die binnen 72 Stunden jemand von außerhalb geantwortet hat"),
        _l("Themen"),
    ),
    "began": (
        _l("Neue Mitglieder, die binnen 30 Tagen etwas geschrieben haben"),
        _l("neue Mitglieder"),
    ),
}


def show_report(scope: Scope) -> str:
    """Show what is counted of the last twelve months.

    What a roof keeps back of a chapter is not shown on the chapter's own page either to whoever
    sees both: the one figure would give away what the other one hides.
    Cost: four statements for the area and each area above it.
    """
    require_edit(scope)
    above = _list_roofs(scope)
    is_branch = scope.area.kind == REGION
    if scope.area.parent_id is not None and not (is_branch and above):
        return _render(scope)
    tallies = {roof.area.id: count_behaviours(scope, roof.area.id) for roof in [*above, scope]}
    held = {name for name in BEHAVIOURS if _is_held_back(name, [*above, scope], tallies)}
    here = tallies[scope.area.id]
    shown = [name for name in BEHAVIOURS if name not in held]
    return _render(
        scope,
        tables=[_tell_roof(name, here, scope) for name in shown] if here.chapters else (),
        own=_tell_chapter(scope, tallies[above[-1].area.id], here, held=held) if above else (),
    )


def _render(scope: Scope, **parts: object) -> str:
    return render(
        "chapters/report.html",
        scope=scope,
        base=base_of(scope),
        crumbs=crumbs_of(scope),
        **{"tables": (), "own": (), **parts},
    )


def _list_roofs(scope: Scope) -> list[Scope]:
    """Return the areas above, each of which counts the next as its chapter; none where one is no
    region: such a chapter is part of no report.
    """
    found = []
    for crumb in list_path(scope)[:-1]:
        area_id = find_area_id(crumb.slug)
        if area_id is not None:
            found.append(get_scope_by_id(scope.viewer, area_id))
    ids = [roof.area.id for roof in found]
    chained = [roof.area.parent_id for roof in [*found[1:], scope]] == ids
    regions = all(roof.area.kind == REGION for roof in found[1:])
    return found if chained and regions else []


def _is_held_back(name: Behaviour, roofs: Sequence[Scope], tallies: Mapping[int, Tally]) -> bool:
    """Tell whether a report above, which the viewer sees too, keeps the figure of one back."""
    for roof, chapter in pairwise(roofs):
        counts = tallies[roof.area.id].counts[name]
        if can_edit(roof) and make_sheet(counts).shown.get(chapter.area.id) is None:
            return True
    return False


def _tell_roof(name: Behaviour, tally: Tally, scope: Scope) -> dict[str, Any]:
    table = make_sheet(tally.counts[name])
    rows = [(row.name, row.slug, _tell(table.shown[row.id])) for row in tally.chapters]
    rest = (
        _("unmittelbar in %(area)s", area=scope.area.name),
        "",
        _tell(table.shown[tally.roof_id]),
    )
    rows = [*rows, rest]
    total = _tell(table.total.count)
    some = total is not None or any(count is not None for _name, _slug, count in rows)
    return {"words": WORDS[name], "rows": rows, "total": total, "some": some}


def _tell_chapter(
    scope: Scope, roof: Tally, here: Tally, *, held: Collection[Behaviour]
) -> list[dict[str, Any]]:
    """Tell a chapter's own counts and what is usual beside it; no other's, and no sum."""
    found = []
    beside = {row.id for row in roof.chapters}
    for name in BEHAVIOURS:
        if scope.area.id not in beside:
            continue
        own = sum(here.counts[name].values(), start=Count())
        counts = {one: count for one, count in roof.counts[name].items() if one in beside}
        shown = _tell(own if can_show(own) and name not in held else None)
        found.append({"words": WORDS[name], "own": shown, "median": find_median(counts)})
    return found


def _tell(count: Count | None) -> tuple[int, int, int] | None:
    """Return done, of, and the share in whole per cent."""
    if count is None:
        return None
    return count.done, count.of, round(100 * count.done / count.of)

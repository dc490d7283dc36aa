"""The roof sees its chapters together; a chapter sees itself and the median."""

from __future__ import annotations

from typing import Any, Final

from forum.api.data import Scope, require_edit
from forum.api.web import lazy_gettext as _l
from forum.api.web import render
from forum_chapters.report import (
    BEHAVIOURS,
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
    """Show what is counted of the last twelve months."""
    require_edit(scope)
    roof = count_behaviours(scope, scope.area.id)
    above = scope.area.parent_id
    is_chapter = above is not None and scope.area.kind == "region"
    return render(
        "chapters/report.html",
        scope=scope,
        chapters=roof.chapters,
        tables=[_tell_roof(name, roof) for name in BEHAVIOURS] if roof.chapters else (),
        own=_tell_chapter(scope, above) if is_chapter and above is not None else (),
        base=base_of(scope),
        crumbs=crumbs_of(scope),
    )


def _tell_roof(name: Any, tally: Tally) -> dict[str, Any]:
    table = make_sheet(tally.counts[name])
    rows = [(row, _tell(table.shown[row.id])) for row in tally.chapters]
    return {"words": WORDS[name], "rows": rows, "total": _tell(table.total.count)}


def _tell_chapter(scope: Scope, above: int) -> list[dict[str, Any]]:
    """Tell a chapter's own counts and what is usual beside it; no other's, and no sum."""
    tally, found = count_behaviours(scope, above), []
    for name in BEHAVIOURS:
        own = tally.counts[name].get(scope.area.id)
        if own is not None:
            shown = _tell(own if can_show(own) else None)
            middle = find_median(tally.counts[name])
            found.append({"words": WORDS[name], "own": shown, "median": middle})
    return found


def _tell(count: Count | None) -> tuple[int, int, int] | None:
    """Return done, of, and the share in whole per cent."""
    if count is None:
        return None
    return count.done, count.of, round(100 * count.done / count.of)

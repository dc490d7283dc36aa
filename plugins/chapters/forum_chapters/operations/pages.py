"""Writing the front page and the legal texts of an area."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from forum.api.data import Invalid, Scope, db, now, record_audit
from forum.api.web import gettext as _
from forum.api.web import make_html
from forum_chapters import limits, rules
from forum_chapters.blocks import BLOCKS, DEFAULT, Block
from forum_chapters.models import FrontPage
from forum_chapters.queries import make_stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDraft:
    """What somebody wants to stand on the front page; texts are Markdown, "" is no block."""

    title: str = ""
    text: str = ""
    blocks: tuple[Block | Literal[""], ...] = ()
    announcements_id: int | None = None
    imprint: str = ""
    privacy: str = ""


def write_front(scope: Scope, draft: PageDraft, *, seen: str | None = None) -> None:
    """Make the front page of the area what the draft says.

    `seen` is the stamp of what was being changed; without one it is written over whatever stands.
    Errors: Denied without the role, Invalid at the field that does not hold, and when somebody
    else was faster.
    Cost: three statements, one more with `seen`.
    """
    rules.require_write_page(scope)
    _check(draft)
    if seen is not None and seen != make_stamp(db.session.scalar(_held(scope.area.id))):
        raise Invalid(
            "",
            _(
                "Inzwischen hat jemand anderes diese Seite gespeichert. Was du geschrieben hast, "
                "steht noch hier: Sieh nach, was dort jetzt steht, und speichere dann noch einmal."
            ),
        )
    store_front(scope.area.id, make_values(draft))
    record_audit("chapters.write_front", scope.user_id, area_id=scope.area.id)


def _held(area_id: int) -> sa.Select[Any]:
    """Select when the page was changed, and let nobody else change it until the unit ends."""
    return sa.select(FrontPage.changed_at).where(FrontPage.area_id == area_id).with_for_update()


def make_values(draft: PageDraft) -> dict[str, Any]:
    """Return the columns of a front page, with the HTML of its texts."""
    return {
        "title": draft.title,
        "text": draft.text,
        "text_html": make_html(draft.text, field="text"),
        "blocks": [block for block in draft.blocks if block],
        "announcements_id": draft.announcements_id,
        "imprint": draft.imprint,
        "imprint_html": make_html(draft.imprint, field="imprint"),
        "privacy": draft.privacy,
        "privacy_html": make_html(draft.privacy, field="privacy"),
        "changed_at": now(),
    }


def store_front(area_id: int, values: dict[str, Any]) -> None:
    """Put the row of an area there, or in the place of the one before."""
    statement = _insert().values(area_id=area_id, **values)
    db.session.execute(statement.on_conflict_do_update(index_elements=["area_id"], set_=values))


def begin_front(area_id: int) -> None:
    """See that an area has a row: what every branch begins with, unless it has said something."""
    values = make_values(PageDraft(blocks=DEFAULT))
    statement = _insert().values(area_id=area_id, **values)
    db.session.execute(statement.on_conflict_do_nothing(index_elements=["area_id"]))


def _insert() -> Any:
    on_postgresql = db.session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    return insert(FrontPage)


def _check(draft: PageDraft) -> None:
    sizes = {
        "title": limits.TITLE,
        "text": limits.TEXT,
        "imprint": limits.LEGAL,
        "privacy": limits.LEGAL,
    }
    for field, most in sizes.items():
        if len(getattr(draft, field)) > most:
            raise Invalid(field, _("Der Text ist zu lang."))
    _check_blocks(draft.blocks)


def _check_blocks(blocks: Sequence[str]) -> None:
    for number, block in enumerate(blocks, start=1):
        if block and block not in BLOCKS:
            raise Invalid(f"block_{number}", _("Bitte wähle einen der Vorschläge."))
        if block and block in blocks[: number - 1]:
            raise Invalid(f"block_{number}", _("Jeder Baustein kann nur einmal vorkommen."))

"""Bulk writing for importers: old times, thousands of rows per transaction, silence.

What a record is and how often it comes is the caller's to remember (its map table); here every
call says which posts are known already. How a batch is stored is in `batches`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from forum.core.database import unscoped
from forum.core.errors import Invalid
from forum.discussions.operations.batches import Batch
from forum.discussions.operations.parents import Item
from forum.discussions.operations.rendering import check_draft, make_rendering
from forum.markup import render
from forum.web.i18n import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One message of the source.

    `key`, `thread` and a string as `parent` are the source's own ids; `post_id`, `topic_id` and
    an integer as `parent` are ours, when the caller's map knows them. A post whose parent is in
    neither hangs on the topic's first one until a later call says better. `breaks` keeps line
    ends, as mail wants it. `restores` says that a known post is a placeholder, whose text, author
    and title this is. `origin` is `member` for what members wrote here; it comes as silently.
    It is `outside` for what appeared elsewhere just now: that is told like what is written here,
    but counts for nobody.
    """

    key: str
    thread: str
    author_id: int
    at: datetime
    source: str
    title: str = ""
    parent: str | int | None = None
    post_id: int | None = None
    topic_id: int | None = None
    breaks: bool = False
    restores: bool = False
    origin: Literal["import", "member", "outside"] = "import"


@dataclass(slots=True)
class ImportOutcome:
    """What a batch did: ids for the caller's map, figures for the report.

    Shapes: `posts` key → (topic id, post id), `topics` thread → topic id, `rejected` pairs of key
    and reason, `versions` key → the version that an edited post had before.
    """

    posts: dict[str, tuple[int, int]] = field(default_factory=dict)
    topics: dict[str, int] = field(default_factory=dict)
    topics_new: int = 0
    posts_new: int = 0
    posts_changed: int = 0
    posts_same: int = 0
    rejected: list[tuple[str, str]] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)


def import_batch(
    area_id: int, records: Sequence[ImportRecord], *, actor_id: int | None = None
) -> ImportOutcome:
    """Write records into an area, in the caller's transaction, in their order.

    Known records with another text are edited (the old one stays as revision); those with
    another parent are hung there with everything below, so late parents need no more than a
    second call with the children's `post_id`. Posts deleted here stay deleted.
    Errors: none for single records; they are listed in `rejected` with a reason.
    Cost: statements grow with the depth of the batch and the topics touched, not with its rows.
    """
    outcome = ImportOutcome()
    items = [*_accept(records, outcome)]
    known = [item for item in items if item.record.post_id is not None]
    with unscoped("an import writes for its authors, not for who looks") as session:
        batch = Batch(session, area_id, actor_id, outcome)
        batch.update_known(known)
        batch.insert_new([item for item in items if item.record.post_id is None])
        batch.hang_anew(known)
        batch.finish()
    return outcome


def _accept(records: Iterable[ImportRecord], outcome: ImportOutcome) -> Iterable[Item]:
    seen: set[str] = set()
    for record in records:
        problem = _find_problem(record, seen)
        if problem:
            outcome.rejected.append((record.key, problem))
            continue
        seen.add(record.key)
        rendered = render(record.source, breaks=record.breaks)
        yield Item(record, make_rendering(record.source, rendered))


def _find_problem(record: ImportRecord, seen: set[str]) -> str:
    if record.key in seen:
        return _("kommt in der Lieferung zweimal vor")
    if record.at.tzinfo is None:
        return _("die Zeitangabe hat keine Zeitzone")
    try:
        check_draft(record.source)
    except Invalid as error:
        return error.message
    return ""

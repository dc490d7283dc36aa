"""What a run keeps of how things were, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any, Final

from sqlalchemy.orm import Session

from forum.api.data import Hung, ImportOutcome
from forum_crosspost.models import Before, Entry, Run
from forum_crosspost.operations.statements import upsert
from forum_crosspost.records import Message

WITHDRAWN: Final = ""
"""The hash of a message that was taken back and whose place stays for the sake of answers."""


def note_edges(session: Session, run: Run, beaten: Mapping[str, Mapping[str, Any]]) -> None:
    """Keep what ids answered before."""
    _note(session, run, "edge", ((key, dict(row)) for key, row in beaten.items()))


def note_places(session: Session, run: Run, hung: Hung) -> None:
    """Keep where posts hung before, and which topics were left empty."""
    _note(session, run, "place", ((str(one.post_id), asdict(one)) for one in hung.before))
    _note(session, run, "closed", ((str(topic_id), {}) for topic_id in hung.closed))


def note_texts(
    session: Session,
    run: Run,
    changed: Iterable[tuple[Message, Entry]],
    outcome: ImportOutcome,
) -> None:
    """Keep which version of a text stood before an edit; the version itself is a revision."""
    _note(
        session,
        run,
        "text",
        (
            (
                message.ext_id,
                {
                    "post_id": entry.local_id,
                    "version": outcome.versions.get(message.ext_id),
                    "hash": entry.content_hash,
                    "run_id": entry.last_run_id,
                },
            )
            for message, entry in changed
            if entry.content_hash != WITHDRAWN
        ),
    )


def _note(
    session: Session, run: Run, kind: str, rows: Iterable[tuple[str, dict[str, Any]]]
) -> None:
    """Keep rows; of what a run changes twice the first state is the one before it."""
    values = [{"run_id": run.id, "kind": kind, "key": key, "row": row} for key, row in rows]
    if values:
        session.execute(upsert(session, Before).on_conflict_do_nothing(), values)

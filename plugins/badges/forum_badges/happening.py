"""What badges write into the log of events: that somebody attended, as admins wrote it down.

And that this was a mistake, where it was one.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from forum.api.data import append_events
from forum.plugin import EventDraft, EventField, EventSpec, Undoing
from forum_badges.models import Session

ATTENDED: Final = "badges.session_attended"
CORRECTED: Final = "badges.attendance_corrected"
EVENTS: Final = (
    EventSpec(
        name=ATTENDED,
        title="Jemand hat an einem Termin teilgenommen",
        fields=(
            EventField(name="user_id", kind="user", label="Wer teilgenommen hat"),
            EventField(name="session_id", kind="id", label="Termin"),
            EventField(name="subject", kind="text", label="Fach"),
            EventField(name="held_at", kind="text", label="Wann es war"),
        ),
        stamps=False,
    ),
    EventSpec(
        name=CORRECTED,
        title="Eine eingetragene Teilnahme wurde zurückgenommen",
        fields=(
            EventField(name="user_id", kind="user", label="Wer eingetragen war"),
            EventField(name="session_id", kind="id", label="Termin"),
        ),
        stamps=False,
        undoes=(Undoing(event=ATTENDED, by=("user_id", "session_id")),),
    ),
)


def tell_attended(session: Session, user_ids: Iterable[int], *, actor_id: int | None) -> None:
    """Write who attended. Cost: one statement."""
    about = {
        "session_id": session.id,
        "subject": session.subject,
        "held_at": session.held_at.isoformat(),
    }
    append_events(
        *(
            EventDraft(
                name=ATTENDED,
                payload={"user_id": user_id, **about},
                area_id=session.area_id,
                actor_id=actor_id,
            )
            for user_id in user_ids
        )
    )


def tell_corrected(session: Session, user_id: int, *, actor_id: int | None) -> None:
    """Write that somebody was not there after all. Cost: one statement."""
    draft = EventDraft(
        name=CORRECTED,
        payload={"user_id": user_id, "session_id": session.id},
        area_id=session.area_id,
        actor_id=actor_id,
    )
    append_events(draft)

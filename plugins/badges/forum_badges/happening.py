"""What badges write into the log of events: that somebody attended, as admins wrote it down."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from forum.api.data import append_events
from forum.plugin import EventDraft, EventField, EventSpec
from forum_badges.models import Session

ATTENDED: Final = "badges.session_attended"
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

"""What members choose: how often, when and from where; and the end of it, at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from forum.api.data import Denied, Invalid, Viewer, db, list_readable_ids, now, withdraw_mails
from forum.api.web import gettext as _
from forum.api.web import list_languages, list_zones
from forum_digest import limits, values
from forum_digest.calendar import Rhythm, find_next_turn
from forum_digest.letters import name_mail
from forum_digest.models import Issue, Pref
from forum_digest.rules import GUARD

QUIET: Final = {"synchronize_session": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a member chose; `pause_days` 0 is no pause.

    `areas` count with what is below them; none are all that the member reads.
    """

    freq: str
    channel: str = values.MAIL
    weekday: int = 0
    hour: int = 7
    zone: str = "Europe/Berlin"
    language: str = ""
    areas: tuple[int, ...] = ()
    pause_days: int = 0


def set_preferences(viewer: Viewer, wish: Wish) -> None:
    """Keep what the viewer chose; digests under way that no longer fit are withdrawn.

    A new rhythm begins at its next turn. What was told stays told: only a first choice sets the
    mark, to now.
    Errors: Denied for nobody; Invalid for what the form does not offer.
    Cost: seven statements at most.
    """
    if viewer.user_id is None:
        raise Denied
    _check(wish)
    areas = set(wish.areas)
    wish = replace(wish, areas=tuple(sorted(areas & list_readable_ids(viewer))) if areas else ())
    at = now()
    _store(viewer.user_id, _to_row(wish, at), at)
    if wish.freq == values.OFF or wish.channel == values.PORTAL or wish.pause_days:
        _end_waiting(values.PAUSED if wish.pause_days else values.STOPPED, at)


def stop_digests(viewer: Viewer) -> None:
    """End the viewer's digests for good, also what waits to be sent.

    Cost: five statements at most.
    """
    if viewer.user_id is None:
        raise Denied
    at = now()
    row = {"freq": values.OFF, "next_due_at": None, "next_key": "", "chosen": True}
    whole = {**_to_row(Wish(freq=values.OFF), at), **row}
    _store(viewer.user_id, whole, at, changed=row)
    _end_waiting(values.STOPPED, at)


def _check(wish: Wish) -> None:
    """Refuse what no form offers."""
    if wish.freq not in values.FREQS:
        raise Invalid("freq", _("Das steht nicht zur Wahl."))
    if wish.channel not in values.CHANNELS:
        raise Invalid("channel", _("Das steht nicht zur Wahl."))
    if not 0 <= wish.weekday < len(values.WEEKDAYS):
        raise Invalid("weekday", _("Das steht nicht zur Wahl."))
    if not 0 <= wish.hour <= 23:
        raise Invalid("hour", _("Das steht nicht zur Wahl."))
    if wish.zone not in dict(list_zones()):
        raise Invalid("zone", _("Das steht nicht zur Wahl."))
    if wish.language and wish.language not in dict(list_languages()):
        raise Invalid("language", _("Das steht nicht zur Wahl."))
    if len(wish.areas) > limits.AREAS:
        raise Invalid("areas", _("Das sind zu viele Bereiche."))
    if not 0 <= wish.pause_days <= limits.PAUSE:
        raise Invalid("pause_days", _("So lange kann eine Pause nicht sein."))


def _to_row(wish: Wish, at: datetime) -> dict[str, Any]:
    rhythm = Rhythm(wish.freq, wish.weekday, wish.hour, wish.zone)
    turn = find_next_turn(rhythm, at) if wish.freq != values.OFF else None
    return {
        "channel": wish.channel,
        "freq": wish.freq,
        "weekday": wish.weekday,
        "hour": wish.hour,
        "zone": wish.zone,
        "language": wish.language,
        "areas": list(wish.areas),
        "paused_until": at + timedelta(days=wish.pause_days) if wish.pause_days else None,
        "next_due_at": turn.at if turn else None,
        "next_key": turn.key if turn else "",
        "chosen": True,
    }


def _store(
    user_id: int, row: dict[str, Any], at: datetime, *, changed: dict[str, Any] | None = None
) -> None:
    on_postgresql = db.session().get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    statement = insert(Pref).values(user_id=user_id, mark=at, **row)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=[Pref.user_id], set_=changed or row)
    )


def _end_waiting(reason: str, at: datetime) -> None:
    """Skip what is planned or waits in the outbox; the wall gives the viewer's own alone."""
    ended = db.session.execute(
        sa.update(Issue)
        .where(Issue.state.in_((values.PLANNED, values.COMPOSED)))
        .values(state=values.SKIPPED, reason=reason, settled_at=at)
        .returning(Issue.id, Issue.tries)
        .execution_options(**QUIET)
    ).all()
    withdraw_mails(GUARD, [name_mail(row.id, row.tries) for row in ended])

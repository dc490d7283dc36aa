"""Settling: what the outbox did with digests, in sets: sent, withheld, refused, left lying.

What was withheld is made anew without what may no longer be told; an address that refuses for
good is left alone after the second time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from forum.api.data import RECIPIENTS, MailOutcome, among, find_mail_outcomes, now, unit, unscoped
from forum_digest import limits, values
from forum_digest.letters import name_mail
from forum_digest.links import name_address
from forum_digest.models import Issue, Pref, SentItem, Suppression
from forum_digest.rules import GUARD

QUIET: Final = {"synchronize_session": False}
# 5yz of these kinds are about the address (RFC 5321, 4.2.3; RFC 3463, x.1.z), not about the mail.
_HARD: Final = re.compile(r"^(?:550|551|553)\b|\b5\.1\.\d+\b")
_COMPOSED: Final = (
    sa.select(Issue.id, Issue.user_id, Issue.tries, Pref.freq, RECIPIENTS.c.email)
    .join(Pref, Pref.user_id == Issue.user_id)
    .outerjoin(RECIPIENTS, RECIPIENTS.c.user_id == Issue.user_id)
    .where(Issue.state == values.COMPOSED, Issue.id > sa.bindparam("after", type_=sa.BigInteger))
    .order_by(Issue.id)
    .limit(limits.BATCH)
)
_TOLD: Final = (
    sa.select(sa.func.max(Issue.to_mark, type_=Issue.to_mark.type))
    .where(Issue.user_id == Pref.user_id, Issue.state == values.SENT)
    .correlate(Pref)
    .scalar_subquery()
)


def settle_digests() -> int:
    """Take over what the outbox did; return how many digests it decided.

    Cost: nine statements at most for each 3,500 members whose mails are on their way.
    """
    after = done = 0
    while True:
        with unit(), unscoped("digest: what became of mails is asked for all") as session:
            rows = session.execute(_COMPOSED, {"after": after}).all()
            if not rows:
                return done
            names = {name_mail(row.id, row.tries): row for row in rows}
            outcomes = find_mail_outcomes(GUARD, names)
            after = rows[-1].id
            groups = _sort(names, outcomes)
            for (state, reason), some in sorted(groups.items(), key=lambda pair: pair[0]):
                _settle(session, some, state=state, reason=reason)
                done += len(some)
            _move_marks(session, groups.get((values.SENT, ""), ()))
            _note_refusals(session, names, outcomes)


def _sort(
    names: dict[str, Any], outcomes: dict[str, MailOutcome]
) -> dict[tuple[str, str], list[Any]]:
    groups: dict[tuple[str, str], list[Any]] = {}
    for name, row in names.items():
        found = outcomes.get(name)
        verdict = _judge(row, found)
        if verdict is not None:
            groups.setdefault(verdict, []).append(row)
    return groups


def _judge(row: Any, found: MailOutcome | None) -> tuple[str, str] | None:
    state = found.state if found else "gone"
    if state == "waiting":
        return None
    if state == "sent":
        return values.SENT, ""
    if state == "failed":
        return values.SKIPPED, values.REFUSED
    if state == "expired":
        return values.SKIPPED, values.NO_SERVER
    if row.freq == values.OFF or row.email is None:
        return values.SKIPPED, values.STOPPED
    # Withheld, or deleted with somebody's account: made anew, without what may not be told; but
    # never where it may have arrived already, after a kill: what it told comes into the next.
    anew = row.tries + 1 < limits.TRIES and not (found and found.handed)
    return (values.PLANNED, "") if anew else (values.SKIPPED, values.CHANGED)


def _settle(session: Session, rows: Sequence[Any], *, state: str, reason: str) -> None:
    ids = {"ids": [row.id for row in rows]}
    again = state == values.PLANNED
    if again:
        gone = sa.delete(SentItem).where(among(SentItem.issue_id, "ids"))
        session.execute(gone.execution_options(**QUIET), ids)
    session.execute(
        sa.update(Issue)
        .where(among(Issue.id, "ids"), Issue.state == values.COMPOSED)
        .values(
            state=state,
            reason=reason,
            settled_at=None if again else now(),
            tries=Issue.tries + (1 if again else 0),
        )
        .execution_options(**QUIET),
        ids,
    )


def _move_marks(session: Session, rows: Sequence[Any]) -> None:
    """What was sent is told; what was skipped comes into the next one."""
    if rows:
        session.execute(
            sa.update(Pref)
            .where(among(Pref.user_id, "users"))
            .values(mark=_TOLD)
            .execution_options(**QUIET),
            {"users": [row.user_id for row in rows]},
        )


def _note_refusals(
    session: Session, names: dict[str, Any], outcomes: dict[str, MailOutcome]
) -> None:
    keys = sorted(
        name_address(names[name].email)
        for name, outcome in outcomes.items()
        if outcome.state == "failed" and _HARD.search(outcome.error) and names[name].email
    )
    if not keys:
        return
    until = now() + limits.RESTS
    on_postgresql = session.get_bind().dialect.name == "postgresql"
    insert: Any = postgresql.insert if on_postgresql else sqlite.insert
    new = insert(Suppression)
    rested = Suppression.until <= now()
    points = sa.case((rested, limits.HARD), else_=Suppression.points + limits.HARD)
    session.execute(
        new.on_conflict_do_update(
            index_elements=[Suppression.address_key],
            set_={"points": points, "until": new.excluded.until},
        ),
        [{"address_key": key, "points": limits.HARD, "until": until} for key in keys],
    )


def forget_old() -> int:
    """Delete digests of more than a year ago, and addresses that have rested; return how many."""
    old = sa.delete(Issue).where(Issue.to_mark < now() - limits.KEPT)
    rested = sa.delete(Suppression).where(Suppression.until < now() - timedelta(days=1))
    with unit(), unscoped("digest: what is old goes for everybody") as session:
        results: list[Any] = [
            session.execute(statement.execution_options(**QUIET)) for statement in (old, rested)
        ]
        return sum(result.rowcount for result in results)

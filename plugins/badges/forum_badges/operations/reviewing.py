"""Awards that are earned no longer: nobody loses one by a machine, an admin decides."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from forum.api.data import now
from forum_badges.compiling import select_earned
from forum_badges.models import Award, Criterion, Version
from forum_badges.values import STANDING

_QUIET = {"synchronize_session": False}


def review_awards(session: Session, achievement_id: int, *, user_id: int | None = None) -> bool:
    """Put in doubt what was awarded and is earned no longer; tell whether anything changed.

    Each award is held against the version it was earned by. The session is unscoped.
    Cost: one statement, and three for each version that somebody has.
    """
    mine = [
        Award.achievement_id == achievement_id,
        Award.method == "auto",
        Award.revoked_at.is_(None),
    ]
    if user_id is not None:
        mine.append(Award.user_id == user_id)
    changed = False
    for version_id in session.scalars(sa.select(Award.version_id).where(*mine).distinct()).all():
        wanted = sa.select(Criterion).where(Criterion.version_id == version_id)
        criteria = _list_provable(session.scalars(wanted.order_by(Criterion.position)).all())
        if not criteria:
            continue
        earned = select_earned(criteria, user_id).subquery()
        has = Award.user_id.in_(sa.select(earned.c.user_id))
        of_version = (*mine, Award.version_id == version_id)
        for condition, at in (
            (sa.and_(Award.doubted_at.is_(None), sa.not_(has)), now()),
            (sa.and_(Award.doubted_at.is_not(None), has), None),
        ):
            update = sa.update(Award).where(*of_version, condition).values(doubted_at=at)
            found = session.execute(update.returning(Award.id).execution_options(**_QUIET))
            changed = bool(found.all()) or changed
    return changed


def _list_provable(criteria: Sequence[Criterion]) -> list[Criterion]:
    """Return the conditions that can be checked afterwards; none when one clause has none.

    A role or membership that has ended since was held all the same.
    """
    kept = [one for one in criteria if one.kind not in STANDING]
    whole = {one.clause for one in kept} == {one.clause for one in criteria}
    return kept if whole else []


def list_dependent(session: Session, achievement_id: int) -> list[int]:
    """Return which achievements ask for this one, in any of their versions.

    The session is unscoped. Cost: one statement.
    """
    wanted = (
        sa.select(Version.achievement_id)
        .join(Criterion, Criterion.version_id == Version.id)
        .where(Criterion.required_id == achievement_id)
        .distinct()
    )
    return sorted(session.scalars(wanted))

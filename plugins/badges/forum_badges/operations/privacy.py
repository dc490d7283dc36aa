"""What becomes of badges when a member asks for their data, leaves for good, or was two."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session as OrmSession

from forum.api.data import to_records, unscoped
from forum.api.web import gettext as _
from forum.plugin import ExportPart
from forum_badges.models import (
    Achievement,
    Attendance,
    Award,
    Counter,
    Credential,
    Feed,
    Session,
    Share,
    Version,
)
from forum_badges.operations.engine import backfill

_OWN = (Share, Credential, Award, Feed, Counter, Attendance)


def erase_badges(user_id: int) -> Mapping[str, int]:
    """Delete what a member earned and what it was earned by; whom they gave badges to keep them.

    A place on a status list stays as it was: what the member holds goes on being valid.
    Cost: seven statements.
    """
    done: dict[str, int] = {}
    with unscoped("badges: an erasure reaches every area") as session:
        for model in _OWN:
            gone: Any = session.execute(sa.delete(model).where(model.user_id == user_id))
            done[model.__tablename__] = gone.rowcount
        session.execute(sa.update(Award).where(Award.actor_id == user_id).values(actor_id=None))
    return done


def export_badges(user_id: int) -> Sequence[ExportPart]:
    """Hand over every award, also those taken back, and what counted towards one.

    Cost: five statements.
    """
    with unscoped("badges: own badges are handed over from areas one has left too") as session:
        awards = _list_records(
            session,
            sa.select(Version.name, Award.event_at, Award.method, Award.visibility, Award.reason)
            .join(Version, Version.id == Award.version_id)
            .where(Award.user_id == user_id)
            .order_by(Award.id),
        )
        attended = _list_records(
            session,
            sa.select(Session.title, Session.subject, Session.held_at)
            .join(Attendance, Attendance.session_id == Session.id)
            .where(Attendance.user_id == user_id)
            .order_by(Session.id),
        )
        shares = _list_records(
            session,
            sa.select(Share.title, Share.created_at, Share.expires_at, Share.revoked_at)
            .where(Share.user_id == user_id)
            .order_by(Share.id),
        )
        signed = session.scalars(
            sa.select(Credential.document)
            .where(Credential.user_id == user_id)
            .order_by(Credential.id)
        ).all()
        counted = _list_records(
            session,
            sa.select(Feed.name, Feed.at, Feed.area_id)
            .where(Feed.user_id == user_id)
            .order_by(Feed.id),
        )
    return (
        ExportPart("badges", awards, _("Deine Abzeichen")),
        ExportPart(
            "credentials", [json.loads(one) for one in signed], _("Deine signierten Abzeichen")
        ),
        ExportPart("shares", shares, _("Deine Links zu Abzeichen")),
        ExportPart("attendance", attended, _("Termine, an denen du warst")),
        ExportPart("counted", counted, _("Was für Abzeichen gezählt wurde")),
    )


def _list_records(session: OrmSession, wanted: Any) -> list[dict[str, object]]:
    return to_records(session.execute(wanted).mappings())


def merge_badges(source_id: int, target_id: int) -> Mapping[str, int]:
    """Make one member's badges another's; where both have one, the target's stays.

    Cost: a fixed number of statements, and those of a back-fill of every badge: what counted for
    two is counted anew for one.
    """
    with unscoped("badges: a merge reaches every area") as session:
        kept = sa.select(Award.achievement_id).where(Award.user_id == target_id)
        there = sa.select(Attendance.session_id).where(Attendance.user_id == target_id)
        session.execute(
            sa.delete(Award).where(Award.user_id == source_id, Award.achievement_id.in_(kept))
        )
        session.execute(
            sa.delete(Attendance).where(
                Attendance.user_id == source_id, Attendance.session_id.in_(there)
            )
        )
        session.execute(sa.delete(Counter).where(Counter.user_id == source_id))
        done: dict[str, int] = {}
        for model in (Share, Credential, Award, Feed, Attendance):
            moved: Any = session.execute(
                sa.update(model).where(model.user_id == source_id).values(user_id=target_id)
            )
            done[model.__tablename__] = moved.rowcount
        session.execute(
            sa.update(Award).where(Award.actor_id == source_id).values(actor_id=target_id)
        )
        live = sa.select(Achievement.id).where(Achievement.retired_at.is_(None))
        ids = session.scalars(live.order_by(Achievement.id)).all()
    for achievement_id in ids:
        backfill(achievement_id)
    return done

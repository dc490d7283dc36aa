"""What becomes of digests when a member asks for their data, leaves, or turns out to be another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from forum.api.data import (
    AUTHORED_POSTS,
    RECIPIENTS,
    to_records,
    unscoped,
    withdraw_mails,
)
from forum.api.web import gettext as _
from forum.plugin import ExportPart
from forum_digest import values
from forum_digest.letters import name_mail
from forum_digest.links import name_address
from forum_digest.models import Issue, Pref, SentItem, Suppression
from forum_digest.rules import GUARD

QUIET: Final = {"synchronize_session": False}


def erase_digests(user_id: int) -> Mapping[str, int]:
    """Delete what is kept about a member, and mails to others that wait and tell their words.

    Those are made anew at the next turn, from what is left.
    Cost: seven statements.
    """
    with unscoped("digest: an erasure reaches what waits for others") as session:
        address = session.scalar(
            sa.select(RECIPIENTS.c.email).where(RECIPIENTS.c.user_id == user_id)
        )
        withdraw_mails(GUARD, _list_mails_telling(session, user_id))
        done = {
            "digest_sent_item": _delete(session, SentItem, SentItem.user_id == user_id),
            "digest_issue": _delete(session, Issue, Issue.user_id == user_id),
            "digest_pref": _delete(session, Pref, Pref.user_id == user_id),
        }
        if address:
            known = Suppression.address_key == name_address(address)
            done["digest_suppression"] = _delete(session, Suppression, known)
        return done


def _list_mails_telling(session: Any, user_id: int) -> list[str]:
    """Return the names of waiting mails about topics in which a member wrote, or to them."""
    theirs = sa.select(AUTHORED_POSTS.c.topic_id).where(AUTHORED_POSTS.c.author_id == user_id)
    rows = session.execute(
        sa.select(Issue.id, Issue.tries)
        .join(SentItem, SentItem.issue_id == Issue.id)
        .where(Issue.state == values.COMPOSED, SentItem.topic_id.in_(theirs))
        .distinct()
    )
    return [name_mail(row.id, row.tries) for row in rows]


def _delete(session: Any, model: Any, condition: sa.ColumnElement[bool]) -> int:
    gone = session.execute(sa.delete(model).where(condition).execution_options(**QUIET))
    return int(gone.rowcount)


def export_digests(user_id: int) -> Sequence[ExportPart]:
    """Hand over what a member chose and which digests came, with what they told.

    Cost: three statements.
    """
    parts: tuple[tuple[str, Any, str], ...] = (
        ("digest_choice", Pref, _("Was du für deine Übersicht gewählt hast")),
        ("digests", Issue, _("Deine Übersichten")),
        ("digest_items", SentItem, _("Was in deinen Übersichten stand")),
    )
    found = []
    with unscoped("digest: own digests are handed over whole") as session:
        for name, model, title in parts:
            columns = [c for c in model.__mapper__.columns if c.name != "user_id"]
            wanted = sa.select(*columns).where(model.user_id == user_id).order_by(model.id)
            rows = session.execute(wanted).mappings()
            found.append(ExportPart(name, to_records(rows), title))
    return found


def merge_digests(source_id: int, target_id: int) -> Mapping[str, int]:
    """Keep the target's choice, take the source's where there is none; what waits is withdrawn.

    Cost: eight statements.
    """
    with unscoped("digest: a merge moves what is one member's to another") as session:
        waiting = session.execute(
            sa.select(Issue.id, Issue.tries).where(
                Issue.user_id == source_id, Issue.state == values.COMPOSED
            )
        )
        withdraw_mails(GUARD, [name_mail(row.id, row.tries) for row in waiting])
        has_own = session.scalar(sa.select(Pref.id).where(Pref.user_id == target_id)) is not None
        if has_own:
            prefs = _delete(session, Pref, Pref.user_id == source_id)
        else:
            prefs = _give(session, Pref, Pref.user_id == source_id, target_id)
        # Periods of both: the target's own digests are the ones that came.
        items = _delete(session, SentItem, SentItem.user_id == source_id)
        issues = _delete(session, Issue, Issue.user_id == source_id)
    return {"digest_pref": prefs, "digest_issue": issues, "digest_sent_item": items}


def _give(session: Any, model: Any, condition: sa.ColumnElement[bool], user_id: int) -> int:
    given = session.execute(
        sa.update(model).where(condition).values(user_id=user_id).execution_options(**QUIET)
    )
    return int(given.rowcount)

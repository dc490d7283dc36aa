"""Erase a person: asked for, thought over, done in one transaction or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from forum.accounts.events import UserErased
from forum.accounts.keepers import Leaver, list_keepers
from forum.accounts.letters import send_letter
from forum.accounts.models import Erasure, ErasureRequest, MergedUser, User
from forum.accounts.names import make_handle
from forum.accounts.operations.access_tokens import end_access_tokens
from forum.accounts.operations.sessions import close_other_sessions
from forum.accounts.tombstones import Tombstone, append_tombstone, hash_person
from forum.core import audit, clock, events, limits
from forum.core.config import current_config
from forum.core.database import db, on_commit
from forum.core.errors import Invalid, NotFound
from forum.core.jobs import enqueue
from forum.core.services import service
from forum.plugin.types import Texts
from forum.web.i18n import gettext as _
from forum.web.i18n import speaking
from forum.web.mails import site_link

JOB: Final = "accounts.erase"
GRACE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Farewell:
    """How somebody goes: what becomes of their texts, who decided and why, who takes over."""

    texts: Texts = "keep"
    by: int | None = None
    reason: str = ""
    successor_id: int | None = None


def request_erasure(user_id: int, farewell: Farewell) -> None:
    """Note that somebody is to be erased; whoever asks for themselves has a week to come back.

    Their sessions end now; signing in again takes it back. Others' decisions are done at once.
    Errors: NotFound; Invalid at `successor` when the site cannot be without them, at `reason`.
    """
    user = _require_living(user_id)
    _check(user_id, farewell)
    own, now = farewell.by == user_id, clock.now()
    due = now + GRACE if own else now
    values = {
        "texts": farewell.texts,
        "successor_id": farewell.successor_id,
        "asked_by_id": farewell.by,
        "reason": farewell.reason,
        "asked_at": now,
        "due_at": due,
    }
    db.session.execute(sa.delete(ErasureRequest).where(ErasureRequest.user_id == user_id))
    db.session.execute(sa.insert(ErasureRequest).values(user_id=user_id, **values))
    audit.record("accounts.request_erasure", farewell.by, subject=f"user:{user_id}")
    enqueue(JOB, args={"user_id": user_id}, run_at=due)
    if own:
        close_other_sessions(user_id, keep=None)
        end_access_tokens(user_id)
        _write_farewell(user)


def keep_account(user_id: int) -> bool:
    """Take back what a member asked for themselves; tell whether there was anything."""
    asked = sa.delete(ErasureRequest).where(
        ErasureRequest.user_id == user_id, ErasureRequest.asked_by_id == user_id
    )
    if db.session.scalar(asked.returning(ErasureRequest.user_id)) is None:
        return False
    audit.record("accounts.keep_account", user_id, subject=f"user:{user_id}")
    return True


def erase_if_due(user_id: int) -> None:
    """Do what was asked for when its time has come; the job behind `request_erasure`."""
    asked = db.session.get(ErasureRequest, user_id)
    if asked is None or asked.due_at > clock.now():
        return
    farewell = Farewell(
        texts="delete" if asked.texts == "delete" else "keep",
        by=asked.asked_by_id,
        reason=asked.reason,
        successor_id=asked.successor_id,
    )
    erase_user(user_id, farewell)


def erase_user(user_id: int, farewell: Farewell) -> Mapping[str, int]:
    """Erase a person everywhere; return the rows dealt with by table.

    Plugins first, then the features from the highest down, the account's own row last.
    Errors: NotFound, Invalid as `request_erasure`; HookFailed when a plugin cannot: the caller's
        transaction rolls back, nobody is erased by half.
    Cost: linear in what the person wrote, and one scan of all posts for mentions.
    """
    user = _require_living(user_id)
    _check(user_id, farewell)
    return _erase(user, farewell)


def reapply_erasure(stone: Tombstone) -> bool:
    """Erase again whom a backup has brought back; tell whether it was anybody.

    Errors: HookFailed; nobody has to take over, this was decided when it was first done.
    Cost: a scan of all users beside the erasure.
    """
    people = db.session.execute(sa.select(User.id, User.created_at).where(User.state != "erased"))
    found = next((p.id for p in people if hash_person(p.id, p.created_at) == stone.person), None)
    if found is None:
        return False
    _erase(_require_living(found), Farewell(texts=stone.texts))
    return True


def _erase(user: Any, farewell: Farewell) -> Mapping[str, int]:
    user_id: int = user.id
    _hand_over(user_id, farewell.successor_id)
    leaver = Leaver(
        user_id=user_id,
        handle=user.handle,
        name=user.name,
        email=user.email,
        created_at=user.created_at,
        pseudonym=_find_pseudonym(user_id),
        texts=farewell.texts,
    )
    rows: dict[str, int] = {}
    # What is put in the place of names and texts is read by all, not by who asked.
    with speaking(current_config().language):
        hooks = service("dispatcher").everywhere
        for _plugin, given in hooks.erase_user(user_id, farewell.texts):
            _add(rows, given)
        for keeper in reversed(list_keepers()):
            _add(rows, keeper.erase(leaver))
    _bury(leaver, rows)
    _bury_merged(leaver)
    audit.record(
        "accounts.erase_user",
        farewell.by,
        subject=f"user:{user_id}",
        reason=farewell.reason,
        texts=farewell.texts,
    )
    events.append(UserErased(actor_id=farewell.by, user_id=user_id, origin="system"))
    return rows


def _require_living(user_id: int) -> Any:
    """Return and hold the row of who is not erased yet; key_share: who refers to it may go on."""
    found = db.session.execute(
        sa.select(
            User.id,
            User.handle,
            User.name,
            User.email,
            User.language,
            User.timezone,
            User.created_at,
        )
        .where(User.id == user_id, User.state != "erased")
        .with_for_update(key_share=True)
    ).one_or_none()
    if found is None:
        raise NotFound(_("Dieses Konto gibt es nicht (mehr)."))
    return found


def _check(user_id: int, farewell: Farewell) -> None:
    if len(farewell.reason) > limits.REASON:
        raise Invalid("reason", _("Die Begründung ist zu lang."))
    successor = farewell.successor_id
    if successor is not None:
        state = db.session.scalar(sa.select(User.state).where(User.id == successor))
        if successor == user_id or state != "active":
            raise Invalid("successor", _("Die Nachfolge muss ein anderes, aktives Mitglied sein."))
    duties = [str(duty) for keeper in list_keepers() for duty in keeper.list_duties(user_id)]
    if duties and successor is None:
        text = _(
            "Ohne Nachfolge geht das nicht, denn niemand sonst hat diese Aufgabe: %(duties)s. "
            "Nenne, wer sie übernimmt.",
            duties=", ".join(duties),
        )
        raise Invalid("successor", text)


def _hand_over(user_id: int, successor_id: int | None) -> None:
    if successor_id is None:
        return
    for keeper in list_keepers():
        if keeper.list_duties(user_id):
            keeper.hand_over(user_id, successor_id)


def _find_pseudonym(user_id: int) -> str:
    stem = f"ehemalig-{user_id}"
    taken = db.session.scalars(sa.select(User.handle).where(User.handle.startswith(stem)))
    return make_handle(stem, {*taken})


def _add(rows: dict[str, int], given: Mapping[str, int]) -> None:
    for table, count in given.items():
        rows[table] = rows.get(table, 0) + count


def _bury(leaver: Leaver, rows: Mapping[str, int]) -> None:
    person, now = hash_person(leaver.user_id, leaver.created_at), clock.now()
    if db.session.scalar(sa.select(Erasure.id).where(Erasure.person_hash == person)) is not None:
        return  # put back from a backup that knew of it already, and erased again
    stone = Tombstone(person, leaver.texts, now.isoformat())
    db.session.execute(
        sa.insert(Erasure).values(
            person_hash=person, texts=leaver.texts, rows=dict(rows), erased_at=now
        )
    )
    on_commit(partial(append_tombstone, current_config().data_dir, stone))


def _bury_merged(leaver: Leaver) -> None:
    """Let go of the accounts that went into this one; a backup may bring them back, too."""
    merged = db.session.execute(
        sa.select(User.id, User.created_at)
        .join(MergedUser, MergedUser.user_id == User.id)
        .where(MergedUser.into_id == leaver.user_id)
    ).all()
    for row in merged:
        _bury(replace(leaver, user_id=row.id, created_at=row.created_at), {})
        db.session.execute(
            sa.update(User).where(User.id == row.id).values(handle=_find_pseudonym(row.id))
        )
    db.session.execute(sa.delete(MergedUser).where(MergedUser.into_id == leaver.user_id))


def _write_farewell(user: Any) -> None:
    if user.email is None:
        return
    send_letter(
        "erasure_planned",
        user.email,
        language=user.language,
        user_id=user.id,
        name=user.name,
        until=clock.now() + GRACE,
        link=site_link("accounts.login"),
    )

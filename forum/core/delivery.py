"""Delivering: the job behind `send_mail`. What waits in the outbox goes to the server, or not.

Everything is decided at one moment, before the text goes out: whether the mail still lies there,
and whether it may still be told. Whoever withdraws it before that moment keeps it from leaving.
"""

from __future__ import annotations

from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

import sqlalchemy as sa

from forum.core import clock
from forum.core.config import Config, current_config
from forum.core.database import read_unit, unit
from forum.core.log import scrub
from forum.core.mail import EXPIRES, TRIES, Mail, has_smtp, list_guards
from forum.core.smtp import Letter, Refused, deliver


class _Withheld(Exception):
    """The guard said no."""


class _Withdrawn(Exception):
    """The mail does not lie in the outbox any more."""


def deliver_mail(mail_id: int) -> None:
    """Send one waiting mail, in units of its own.

    The same mail may leave twice when a worker is killed between the server's yes and our commit;
    its Message-ID stays the same, so that readers' programs show it once.

    Errors: raises what a server said that is away or asks to come back later.
    """
    if not has_smtp():
        return  # it waits; `resume_mail` finds it when there is a server
    mail = _load(mail_id)
    if mail is None:
        return
    if mail.created_at < clock.now() - EXPIRES:
        _finish(mail_id, "expired")
    elif mail.guard is not None and mail.guard not in list_guards():
        return  # its plugin is not loaded: it waits, for nobody can vouch for it
    else:
        _send(mail)


def _send(mail: Mail) -> None:
    config = current_config()
    url = config.smtp_url.get_secret_value()
    try:
        deliver(url, _letter(mail, config), before_data=lambda: _hand_over(mail))
    except _Withheld:
        _finish(mail.id, "withheld")
    except _Withdrawn:
        return
    except Refused as error:
        _finish(mail.id, "failed", error=str(error))
    except Exception as error:
        said = f"{type(error).__name__}: {error}"
        if mail.attempts + 1 >= TRIES:
            _finish(mail.id, "failed", error=said)
            return
        refused = isinstance(error, SMTPResponseException | SMTPRecipientsRefused)
        _note_attempt(mail.id, said, refused=refused)
        raise
    else:
        _finish(mail.id, "sent")


def _hand_over(mail: Mail) -> None:
    """Ask the last time, then write down that the text goes out now.

    The update waits for whoever withdraws the mail at this moment, and finds nothing then.
    """
    if not _may_leave(mail):
        raise _Withheld
    with unit() as session:
        handed = session.scalar(
            sa.update(Mail)
            .where(Mail.id == mail.id, Mail.state == "waiting")
            .values(handed_at=clock.now())
            .returning(Mail.id)
            .execution_options(synchronize_session=False)
        )
    if handed is None:
        raise _Withdrawn


def _may_leave(mail: Mail) -> bool:
    if mail.guard is None or mail.user_id is None:
        return True
    with read_unit():
        return list_guards()[mail.guard](mail.user_id, mail.guard_ref)


def _load(mail_id: int) -> Mail | None:
    with read_unit() as session:
        mail = session.execute(
            sa.select(Mail).where(Mail.id == mail_id, Mail.state == "waiting")
        ).scalar_one_or_none()
        if mail is not None:
            session.expunge(mail)
    return mail


def _letter(mail: Mail, config: Config) -> Letter:
    return Letter(
        sender=config.mail_from,
        sender_name=config.site_name,
        recipient=mail.recipient,
        subject=mail.subject,
        text=mail.text,
        html=mail.html,
        headers=mail.headers,
        message_id=mail.message_id,
        date=mail.created_at,
    )


def _finish(mail_id: int, state: str, *, error: str = "") -> None:
    values: dict[str, Any] = {"state": state, "finished_at": clock.now()}
    values["error"] = scrub(error)[:500] or None
    if state != "failed":
        values |= {"text": "", "html": "", "headers": {}}  # links in it may open an account
    with unit() as session:
        session.execute(sa.update(Mail).where(Mail.id == mail_id).values(**values))


def _note_attempt(mail_id: int, error: str, *, refused: bool) -> None:
    """Count a try; what a server refused has not arrived."""
    values: dict[str, Any] = {"attempts": Mail.attempts + 1, "error": scrub(error)[:500]}
    if refused:
        values["handed_at"] = None
    with unit() as session:
        session.execute(
            sa.update(Mail)
            .where(Mail.id == mail_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )

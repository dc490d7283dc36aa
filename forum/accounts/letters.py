"""The mails about an account: which template goes to whom, in whose language."""

from __future__ import annotations

from typing import Any

from forum.core.mail import send_mail
from forum.web.mails import render_mail, site_link


def send_letter(
    template: str, to: str, *, language: str, user_id: int | None = None, **values: Any
) -> None:
    """Write one mail into the outbox, in the transaction at hand."""
    subject, text, html = render_mail(f"mail/accounts/{template}.html", language, **values)
    send_mail(to, subject, text, html, user_id=user_id)


def token_link(endpoint: str, token: str, **values: Any) -> str:
    """Return the link of a mail token, always under the configured address."""
    return site_link(endpoint, token=token, **values)

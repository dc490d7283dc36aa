"""Forms about notifications: what a member wants by mail."""

from __future__ import annotations

from forum.web.forms import Choices, Form
from forum.web.i18n import lazy_gettext as _l


class MailForm(Form):
    """Which kinds come by mail."""

    mailed = Choices(_l("Schick mir eine Mail, wenn"), ())

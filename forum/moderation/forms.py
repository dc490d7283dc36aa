"""Forms of moderation."""

from __future__ import annotations

from forum.core import limits
from forum.web.forms import Form, Text, Tick
from forum.web.i18n import lazy_gettext as _l


class HideForm(Form):
    """Why something is hidden; `whole` is offered for the first post of a topic."""

    reason = Text(_l("Grund"), size=4 * limits.REASON)
    whole = Tick(_l("Das ganze Thema mit allen Antworten ausblenden"))


class ShowForm(Form):
    """Nothing but a button."""

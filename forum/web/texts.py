"""Markdown that belongs to no post: pages that an area writes about itself."""

from __future__ import annotations

from markupsafe import Markup

from forum.core.errors import Invalid
from forum.markup import TooLong, fill, render
from forum.web.i18n import gettext as _


def make_html(source: str, *, field: str = "text") -> str:
    """Render Markdown once, to be stored beside its source and shown by `show_html`.

    Errors: raises Invalid at the field for a text that is too long.
    """
    try:
        return render(source).html
    except TooLong as error:
        raise Invalid(field, _("Der Text ist zu lang.")) from error


def show_html(html: str) -> Markup:
    """Return what `make_html` made for a page: names that are mentioned stay text."""
    return fill(html, mentions={}, quotes={}, embeds={})

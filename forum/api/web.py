"""What views, forms and texts of a plugin are made of: re-exports, no logic."""

from forum.accounts.identity import signed_in
from forum.accounts.settings import list_zones
from forum.discussions.cards import show_cards
from forum.web.dates import day, exactly, in_words, number
from forum.web.forms import (
    YEARS,
    Choice,
    Choices,
    Form,
    Line,
    Moment,
    Number,
    Secret,
    Text,
    Tick,
    Upload,
)
from forum.web.frame import list_languages
from forum.web.i18n import gettext, lazy_gettext, ngettext, speaking, speech
from forum.web.incoming import count_use
from forum.web.kept import keep_for_area, keep_for_topic
from forum.web.looks import list_themes, measure_accent
from forum.web.mails import render_mail, site_link, site_url
from forum.web.pagination import Cut, Page, cut_page
from forum.web.people import Person
from forum.web.render import render
from forum.web.security import safe_next
from forum.web.texts import make_html, show_html

__all__ = [
    "YEARS",
    "Choice",
    "Choices",
    "Cut",
    "Form",
    "Line",
    "Moment",
    "Number",
    "Page",
    "Person",
    "Secret",
    "Text",
    "Tick",
    "Upload",
    "count_use",
    "cut_page",
    "day",
    "exactly",
    "gettext",
    "in_words",
    "keep_for_area",
    "keep_for_topic",
    "lazy_gettext",
    "list_languages",
    "list_themes",
    "list_zones",
    "make_html",
    "measure_accent",
    "ngettext",
    "number",
    "render",
    "render_mail",
    "safe_next",
    "show_cards",
    "show_html",
    "signed_in",
    "site_link",
    "site_url",
    "speaking",
    "speech",
]

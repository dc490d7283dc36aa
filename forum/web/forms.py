"""The base of every form: CSRF, idempotency key, sizes, clean text, errors at their fields.

Fields are the few kinds our macros know to render; limits are part of the field, never of a view.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, Final, TypeVar, cast

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    EmailField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.fields.core import Field
from wtforms.i18n import get_translations
from wtforms.validators import InputRequired, NumberRange, Optional, ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from forum.core.errors import Invalid
from forum.core.idempotency import KeyReused, claim_key, store_location
from forum.markup.text import drop_overrides, shows_nothing
from forum.web.i18n import gettext, lazy_gettext, ngettext, speech

_ = gettext
Check = Callable[[Any, Any], None]
Options = Iterable[tuple[Any, str]]
View = TypeVar("View", bound=Callable[..., Any])
MISSING = lazy_gettext("Bitte fülle dieses Feld aus.")
STALE = lazy_gettext(
    "Diese Seite war zu lange offen oder du hast dich neu angemeldet. Alles steht noch da:"
    " Schick es einfach noch einmal ab."
)
NO_CHOICE = lazy_gettext("Davon steht etwas nicht (mehr) zur Wahl. Schau noch einmal nach.")
YEARS: Final = range(1900, 3000)
"""Of moments that somebody can mean: at the ends of the calendar zones have no room left."""
SENT_BEFORE = lazy_gettext(
    "Dieses Formular hast du schon einmal abgeschickt, mit anderem Inhalt. Wenn du es noch einmal"
    " schicken willst, drück einfach noch einmal."
)


def shows_again(view: View) -> View:
    """Let a view show its form again to members when the token of the form is too old.

    Only for views that write nothing unless `Form.submitted()`; the database is read only then.
    """
    cast(Any, view).shows_again = "members"
    return view


def shows_again_to_all(view: View) -> View:
    """Let a view that strangers use show its form again, as `shows_again`."""
    cast(Any, view).shows_again = "all"
    return view


@cache
def _builtin_messages(language: str) -> Any:
    """Return the messages of WTForms itself; it would look for their files with every form."""
    return get_translations([language])


class Form(FlaskForm):  # type: ignore[misc]
    """Base of all forms; `key` makes a repeated submission the same one."""

    key = HiddenField(default=lambda: secrets.token_urlsafe(16), validators=[Optional()])

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """Messages of WTForms itself in the language of the request."""

        cache_translations = False

        def get_translations(self, form: Any) -> Any:
            """Bypass Flask-WTF, which would ask an extension we do not use."""
            return _builtin_messages(speech().language)

    def submitted(self) -> bool:
        """Say whether the form was sent and holds; an old token is told in our words."""
        holds = bool(self.validate_on_submit())
        token = self._fields.get("csrf_token")
        if token is not None and token.errors:
            token.errors = []
            self.form_errors.append(str(STALE))
        return holds

    def refuse(self, error: Invalid) -> None:
        """Show what an operation refused at its field, or above the form when it has none.

        What was sent before with other content may be meant now: it gets a key of its own.
        """
        if isinstance(error, KeyReused):
            self.key.data = secrets.token_urlsafe(16)
            self.form_errors.append(str(SENT_BEFORE))
            return
        field = self._fields.get(error.field)
        if field is None:
            self.form_errors.append(error.message)
        else:
            field.errors = [*field.errors, error.message]

    def once(self, user_id: int | None, act: Callable[[], str]) -> str:
        """Act once for the form's key and return where that led; a repeat leads there again.

        Errors: KeyReused, an Invalid for `refuse`, when the key comes with other content.
        """
        key = str(self.key.data or "")
        if user_id is None or not key:
            return act()
        route = str(request.endpoint)
        sent = sorted((k, v) for k, v in request.form.items(multi=True) if k != "csrf_token")
        earlier = claim_key(user_id, route, key=key, body=f"{request.path}\n{sent}")
        if earlier is not None:
            return earlier
        target = act()
        store_location(user_id, route, key=key, location=target)
        return target

    def problems(self) -> list[tuple[str, str]]:
        """List all errors for the summary.

        Shapes: (id of the field or "", message).
        """
        found = [("", str(message)) for message in self.form_errors]
        for field in self:
            target = "" if field.type in ("HiddenField", "CSRFTokenField") else field.id
            found.extend((target, str(message)) for message in field.errors)
        return found


class Size:
    """At most so many characters or UTF-8 bytes; the field's `maxlength` follows from it."""

    def __init__(self, *, chars: int = 0, size: int = 0, least: int = 0) -> None:
        self.chars, self.size, self.least = chars, size, least
        self.field_flags = {"maxlength": chars} if chars else {}

    def __call__(self, form: Any, field: Any) -> None:
        text = field.data or ""
        if self.least and len(text) < self.least:
            raise ValidationError(_few(self.least))
        if self.chars and len(text) > self.chars:
            raise ValidationError(_many(len(text) - self.chars))
        if self.size and len(text.encode()) > self.size:
            over = len(text.encode()) - self.size
            raise ValidationError(_many(over))


class Radio(RadioField):  # type: ignore[misc]
    """One of several; where none was pressed it asks for one instead of calling it invalid."""

    def pre_validate(self, form: Any) -> None:
        if self.data is None:
            raise ValidationError(_("Bitte wähle etwas aus."))
        super().pre_validate(form)


class Between(NumberRange):  # type: ignore[misc]
    """A number within bounds; what is no number at all has been told already."""

    def __call__(self, form: Any, field: Any) -> None:
        if field.data is not None:
            super().__call__(form, field)


def _can_be_meant(form: Any, field: Any) -> None:
    """Refuse a moment that could not be told in every zone."""
    if field.data is not None and field.data.year not in YEARS:
        first, last = YEARS[0], YEARS[-1]
        raise ValidationError(
            _("Bitte gib ein Jahr von %(first)s bis %(last)s an.", first=first, last=last)
        )


def _must_show(form: Any, field: Any) -> None:
    """Refuse what is filled in and shows nothing: a link of that name could not be found."""
    if shows_nothing(field.data or ""):
        raise ValidationError(MISSING)


def _few(least: int) -> str:
    return ngettext("Bitte mindestens %(num)s Zeichen.", "Bitte mindestens %(num)s Zeichen.", least)


def _many(over: int) -> str:
    return ngettext(
        "Das ist um %(num)s Zeichen zu lang. Dein Text steht noch da.",
        "Das ist um %(num)s Zeichen zu lang. Dein Text steht noch da.",
        over,
    )


def clean(text: str | None) -> str | None:
    """Bring text into one form: NFC, plain newlines, no control characters."""
    if not isinstance(text, str):
        return text
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) != "Cc")


def one_line(text: str | None) -> str | None:
    """Bring a title, name or address into one trimmed line that reads in one direction."""
    cleaned = clean(text)
    return " ".join(drop_overrides(cleaned).split()) if cleaned else cleaned


def _rules(required: bool, checks: Sequence[Check]) -> list[Check]:
    first: Check = InputRequired(message=MISSING) if required else Optional()
    return [first, *checks]


def Line(  # noqa: N802 – reads as the field it makes
    label: str, *checks: Check, most: int, required: bool = True, kind: str = "text", **kw: Any
) -> Field:
    """One line of text; `kind` is text, email, url, search or tel."""
    made = EmailField if kind == "email" else StringField
    shows: list[Check] = [_must_show] if required else []
    rules = _rules(required, [*shows, Size(chars=most), *checks])
    return made(label, rules, filters=[one_line], render_kw={"type": kind}, **kw)


def Text(  # noqa: N802
    label: str, *checks: Check, size: int, required: bool = True, **kw: Any
) -> Field:
    """Many lines; `size` is in UTF-8 bytes, as the database and the request count."""
    rules = _rules(required, [Size(size=size), *checks])
    return TextAreaField(label, rules, filters=[clean], **kw)


def Secret(  # noqa: N802
    label: str, *checks: Check, most: int = 1024, least: int = 0, **kw: Any
) -> Field:
    """A password; never trimmed, never shown again, pasting allowed."""
    return PasswordField(label, _rules(True, [Size(chars=most, least=least), *checks]), **kw)


def Number(  # noqa: N802
    label: str, *, low: int, high: int, required: bool = True, **kw: Any
) -> Field:
    """A whole number between two bounds."""
    return IntegerField(label, _rules(required, [Between(low, high)]), **kw)


def Tick(label: str, **kw: Any) -> Field:  # noqa: N802
    """A box to tick; `required=True` for consents."""
    checks = [InputRequired(message=MISSING)] if kw.pop("required", False) else []
    return BooleanField(label, checks, **kw)


def Choice(  # noqa: N802
    label: str, options: Options | Callable[[], Options], *, radio: bool = False, **kw: Any
) -> Field:
    """One of several; `radio` for up to about seven."""
    return (Radio if radio else SelectField)(label, choices=_listed(options), **kw)


def Choices(  # noqa: N802
    label: str, options: Options | Callable[[], Options], **kw: Any
) -> Field:
    """Any of several, as boxes to tick."""
    return SelectMultipleField(
        label,
        choices=_listed(options),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        # What WTForms itself says repeats the sent values, which are numbers to whoever reads it.
        invalid_choice_message=NO_CHOICE,
        **kw,
    )


def _listed(options: Options | Callable[[], Options]) -> Any:
    if callable(options):
        return lambda: [SelectChoice(str(value), text) for value, text in options()]
    return [SelectChoice(str(value), text) for value, text in options]


def Moment(label: str, *, required: bool = True, **kw: Any) -> Field:  # noqa: N802
    """A local date and time; the caller adds the zone."""
    rules = _rules(required, [_can_be_meant])
    return DateTimeLocalField(label, rules, format="%Y-%m-%dT%H:%M", **kw)


def Upload(label: str, *checks: Check, required: bool = False, **kw: Any) -> Field:  # noqa: N802
    """A file; type and size are checked by storage, the form only carries it."""
    return FileField(label, _rules(required, checks), **kw)

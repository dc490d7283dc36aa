"""Forms about accounts: what people type, in the shapes that operations take."""

from __future__ import annotations

from forum.accounts.settings import (
    APPEARANCES,
    DAYS,
    DAYS_AT_MOST,
    FATES,
    SCOPES,
    list_zones,
)
from forum.core import limits
from forum.web.forms import Choice, Form, Line, Number, Secret, Text, Tick, Upload
from forum.web.frame import list_languages
from forum.web.i18n import lazy_gettext as _l


class LoginForm(Form):
    """Sign in. The names of the fields are a promise to operators and checks."""

    email = Line(_l("E-Mail-Adresse"), most=limits.EMAIL, kind="email")
    password = Secret(_l("Passwort"))


class RegisterForm(Form):
    """Ask for an account; the password is chosen after the mailbox has answered."""

    name = Line(_l("Dein Name"), most=limits.NAME)
    email = Line(_l("E-Mail-Adresse"), most=limits.EMAIL, kind="email")


class WelcomeForm(Form):
    """The second step: the mailbox is proven."""

    name = Line(_l("Dein Name"), most=limits.NAME)
    password = Secret(_l("Passwort"), most=limits.PASSWORD)


class ForgotForm(Form):
    """Ask for a reset link."""

    email = Line(_l("E-Mail-Adresse"), most=limits.EMAIL, kind="email")


class NewPasswordForm(Form):
    """Choose a password by reset link."""

    password = Secret(_l("Neues Passwort"), most=limits.PASSWORD)


class ConfirmForm(Form):
    """Nothing but a button: links in mails change nothing by being opened."""


class PasswordForm(Form):
    """Change the password while signed in."""

    current = Secret(_l("Jetziges Passwort"))
    password = Secret(_l("Neues Passwort"), most=limits.PASSWORD)


class AddressForm(Form):
    """Change the address while signed in."""

    email = Line(_l("Neue E-Mail-Adresse"), most=limits.EMAIL, kind="email")
    proof = Secret(_l("Dein Passwort"))


class ProfileForm(Form):
    """What others see of a member."""

    name = Line(_l("Name"), most=limits.NAME)
    title = Line(_l("Funktion oder Titel"), most=limits.LABEL, required=False)
    organisation = Line(_l("Organisation"), most=limits.LABEL, required=False)
    bio = Text(_l("Über mich"), size=4 * limits.BIO, required=False)


class PictureForm(Form):
    """A picture of oneself."""

    picture = Upload(_l("Bild auswählen"), required=True)


class DisplayForm(Form):
    """Language, time zone, appearance, shortcuts."""

    language = Choice(_l("Sprache"), list_languages)
    timezone = Choice(_l("Zeitzone"), list_zones)
    appearance = Choice(_l("Aussehen"), APPEARANCES, radio=True)
    shortcuts = Tick(_l("Einzelne Tasten als Kürzel benutzen (zum Beispiel j und k zum Blättern)"))


class InvitationForm(Form):
    """A link for whoever is given it, or a mail to one person."""

    email = Line(_l("E-Mail-Adresse"), most=limits.EMAIL, required=False, kind="email")
    max_uses = Number(_l("Für wie viele Personen?"), low=1, high=1000, default=1)
    days = Number(_l("Wie viele Tage gültig?"), low=1, high=365, default=14)


class ExportForm(Form):
    """Ask for the own data."""

    proof = Secret(_l("Dein Passwort"))


class AccessTokenForm(Form):
    """A key for a program."""

    name = Line(_l("Wofür?"), most=limits.LABEL)
    scopes = Choice(_l("Was darf das Programm?"), SCOPES, radio=True)
    days = Number(_l("Wie viele Tage gültig?"), low=1, high=DAYS_AT_MOST, default=DAYS)
    proof = Secret(_l("Dein Passwort"))


class EraseForm(Form):
    """Leave for good."""

    texts = Choice(_l("Was soll mit deinen Beiträgen geschehen?"), FATES, radio=True)
    successor = Line(_l("Nachfolge"), most=limits.HANDLE, required=False)
    password = Secret(_l("Dein Passwort"))


class EraseMemberForm(EraseForm):
    """Erase somebody else, for a reason."""

    texts = Choice(_l("Was soll mit den Beiträgen geschehen?"), FATES, radio=True)
    reason = Line(_l("Begründung"), most=limits.REASON)

"""The first page of an empty site: name, language, first admin, and whether mail works.

It opens by the link that `forum serve` prints, and is gone as soon as there is an operator.
"""

from __future__ import annotations

from email.utils import make_msgid
from smtplib import SMTPException
from urllib.parse import urlsplit

from flask import Blueprint, Response, make_response, redirect, request
from flask.typing import ResponseReturnValue

from forum.accounts.addresses import clean_address
from forum.accounts.authentication import unlocked
from forum.accounts.identity import sign_in
from forum.accounts.names import clean_name
from forum.accounts.operations import create_first_admin
from forum.accounts.passwords import check_password, hash_password
from forum.accounts.queries import has_operator
from forum.accounts.tokens import is_setup_token, setup_token
from forum.areas.operations import AreaSpec, create_root
from forum.core import clock, limits, ratelimit
from forum.core.config import current_config
from forum.core.errors import ConfigError, Gone, Invalid, NotFound
from forum.core.log import scrub
from forum.core.mail import has_smtp
from forum.core.smtp import Letter, Refused, deliver
from forum.web.forms import Choice, Form, Line, Secret, shows_again_to_all
from forum.web.frame import list_languages
from forum.web.i18n import gettext as _
from forum.web.i18n import lazy_gettext as _l
from forum.web.i18n import locale
from forum.web.mails import render_mail, site_url
from forum.web.render import render

blueprint = Blueprint("setup", __name__)


class SetupForm(Form):
    """What a site needs before anybody can use it."""

    site = Line(_l("Wie heißt eure Föderation?"), most=limits.NAME)
    language = Choice(_l("Sprache des Forums"), list_languages)
    name = Line(_l("Dein Name"), most=limits.NAME)
    email = Line(_l("Deine E-Mail-Adresse"), most=limits.EMAIL, kind="email")
    password = Secret(_l("Dein Passwort"), most=limits.PASSWORD)


class TestForm(Form):
    """Where the test mail goes."""

    probe = Line(_l("Probe-Mail an"), most=limits.EMAIL, kind="email")


def find_setup_link() -> str | None:
    """Return the link that sets the site up, None when that has been done.

    Cost: one statement.
    """
    return None if has_operator() else site_url(f"/setup?token={setup_token()}")


@blueprint.route("/setup", methods=["GET", "POST"])
@shows_again_to_all
def setup() -> ResponseReturnValue:
    """Set the site up: its name, the area everything hangs under, who runs it."""
    _require_link()
    form = SetupForm(data={"language": current_config().language})
    if form.submitted():
        try:
            return _begin(form)
        except Invalid as error:
            form.refuse(error)
    return _page(form, TestForm(formdata=None), refused=form.is_submitted())


@blueprint.post("/setup/mail")
def setup_mail() -> ResponseReturnValue:
    """Send a test mail now, not by a job, to say at once what the server answers."""
    _require_link()
    test, result = TestForm(), ""
    if test.submitted():
        try:
            result = _try_mail(clean_address(test.probe.data, field="probe"))
        except Invalid as error:
            test.refuse(error)
    form = SetupForm(formdata=None, data={"language": current_config().language})
    return _page(form, test, result=result, refused=not result)


def _require_link() -> None:
    """Errors: TooMany, NotFound without the right link, Gone when the site is set up."""
    ratelimit.hit("setup", f"ip:{request.remote_addr}")
    if not is_setup_token(request.args.get("token", "")):
        raise NotFound
    if has_operator():
        raise Gone(_("Das Forum ist schon eingerichtet."))


def _begin(form: SetupForm) -> Response:
    name, email = clean_name(form.name.data), clean_address(form.email.data)
    check_password(form.password.data, about=(name, email.partition("@")[0]))
    language = form.language.data
    with unlocked():
        hashed = hash_password(form.password.data)
    admin_id = create_first_admin(name, email, password_hash=hashed, language=language)
    spec = AreaSpec(
        name=form.site.data, kind="federation", joining="none", everyone=True, language=language
    )
    create_root(spec, admin_id=admin_id)
    return sign_in(make_response(redirect("/", 303)), admin_id, proven_by=hashed)


def _try_mail(to: str) -> str:
    """Send the test mail; return "ok" or what was answered instead."""
    config, now = current_config(), clock.now()
    subject, text, html = render_mail("mail/accounts/test.html", locale())
    letter = Letter(
        sender=config.mail_from,
        sender_name=config.site_name,
        recipient=to,
        subject=subject,
        text=text,
        html=html,
        headers={},
        message_id=make_msgid(domain=urlsplit(site_url()).hostname),
        date=now,
    )
    try:
        deliver(config.smtp_url.get_secret_value(), letter)
    except (Refused, SMTPException, OSError, ConfigError) as error:
        return scrub(str(error))[:300] or type(error).__name__
    return "ok"


def _page(form: SetupForm, test: TestForm, *, result: str = "", refused: bool) -> Response:
    html = render(
        "accounts/setup.html",
        form=form,
        test=test,
        result=result,
        token=setup_token(),
        mail_works=has_smtp(),
    )
    return make_response(html, 422 if refused else 200)

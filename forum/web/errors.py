"""Error pages: what happened, what is kept, what to do; each with the request's id.

Programs get the same in JSON (`problems`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, g, make_response, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError
from werkzeug.exceptions import HTTPException

from forum.core.errors import ForumError, Invalid, TooMany, Unauthorized
from forum.core.log import begin_request
from forum.plugin.errors import HookFailed
from forum.web.i18n import gettext
from forum.web.incoming import Misdirected
from forum.web.problems import Fault, Faulty, is_for_programs, make_problem
from forum.web.render import render, render_bare
from forum.web.security import came_from, is_signed_out

_ = gettext
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Words:
    """The text of an error page."""

    title: str
    what: str
    todo: str


def handle_errors(app: Flask) -> None:
    """Put our pages in place of werkzeug's."""
    app.before_request(_begin)
    app.register_error_handler(ForumError, _domain_error)
    app.register_error_handler(HookFailed, _plugin_failed)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(DataError, _no_such_value)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(500, _crash)
    app.after_request(_tell_id)


def request_id() -> str:
    """Return the id that stands in the log, the header and on the error page."""
    found: str | None = g.get("request_id")
    if found is None:
        found = g.request_id = begin_request(request.environ.get("HTTP_X_REQUEST_ID"))
    return found


def _begin() -> None:
    request_id()


def _answer(
    status: int, *, message: str = "", bare: bool = False, faults: Sequence[Fault] = ()
) -> Response:
    """Answer people with a page, programs with a problem in JSON."""
    if not is_for_programs():
        return error_page(status, message=message, bare=bare)
    words = _words(status)
    return make_problem(
        status, words.title, message or words.what, request_id=request_id(), faults=faults
    )


def error_page(status: int, *, message: str = "", bare: bool = False, kept: str = "") -> Response:
    """Make the page of an error; what the operation said stands in place of the general text.

    `kept` is a text that was not stored: it is given back to be copied.
    """
    words = _words(status)
    template = "errors/misdirected.html" if status == 421 else "errors/error.html"
    values: dict[str, Any] = {
        "status": status,
        "title": words.title,
        "what": message or words.what,
        "todo": words.todo,
        "request_id": request_id(),
        "back": came_from(default="") if request.method == "POST" else "",
        "kept": kept,
    }
    try:
        html = render_bare(template, **values) if bare else render(template, **values)
    except Exception:
        log.exception("error_page_failed", request_id=request_id(), status=status)
        html = render_bare(template, **values)
    return make_response(html, status, {"Cache-Control": "no-store"})


def _domain_error(error: ForumError) -> Response:
    faults: Sequence[Fault] = ()
    if isinstance(error, Faulty):
        faults = error.faults
    elif isinstance(error, Invalid) and error.field:
        faults = (Fault(error.message, pointer=f"#/{error.field}"),)
    response = _answer(
        error.status, message=error.message, bare=_is_bare(error.status), faults=faults
    )
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unauthorized):
        response.headers["WWW-Authenticate"] = error.challenge
    return response


def _is_bare(status: int) -> bool:
    """Ask nobody for the frame when the house is on fire, or when it is not the house meant."""
    return status >= 500 or status == Misdirected.status


def _plugin_failed(error: HookFailed) -> Response:
    """A plugin that must not fail open has failed: everything was rolled back."""
    message = _(
        "Die Erweiterung „%(name)s“ hat einen Fehler gemeldet, deshalb wurde nichts gespeichert.",
        name=error.plugin,
    )
    return _answer(500, message=message)


def _no_such_value(error: DataError) -> Response:
    """A value that the database cannot hold, a number out of range: there is no such thing."""
    kind = type(error.orig).__name__
    log.warning("value_out_of_range", request_id=request_id(), path=request.path, error=kind)
    return _answer(404)


def _stale_form(_error: CSRFError) -> Response:
    """Say why nothing went through, and give back what was typed."""
    message = _("Diese Seite war zu lange offen, deshalb ging nichts durch.")
    if is_signed_out():
        message = _("Du bist nicht mehr angemeldet, deshalb ging nichts durch.")
    return error_page(400, message=message, kept=request.form.get("text", ""))


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if status < 400 and error.get_response() is not None:
        return make_response(error.get_response(request.environ))
    page = _answer(status, bare=status >= 500)
    for name, value in error.get_headers(request.environ):
        if name not in ("Content-Type", "Content-Length"):
            page.headers[name] = value
    return page


def _crash(error: HTTPException) -> Response:
    cause = getattr(error, "original_exception", None) or error
    log.error("request_failed", request_id=request_id(), path=request.path, exc_info=cause)
    return _answer(500, bare=True)


def _tell_id(response: Response) -> Response:
    response.headers.setdefault("X-Request-Id", request_id())
    return response


def _words(status: int) -> Words:
    back = _("Geh zurück und versuch es noch einmal. Was du geschrieben hast, steht noch im Feld.")
    known = {
        400: Words(_("Das hat nicht geklappt"), _("Die Anfrage war unvollständig."), back),
        401: Words(
            _("Wer bist du?"), _("Dazu braucht es einen Zugang, der gilt."), _("Melde dich an.")
        ),
        403: Words(
            _("Das darfst du hier nicht"),
            _("Für diesen Schritt fehlt dir die Berechtigung."),
            _("Wer den Bereich oder die Seite leitet, kann dir sagen, wie du sie bekommst."),
        ),
        404: Words(
            _("Hier ist nichts (mehr)"),
            _("Die Seite gibt es nicht, sie ist umgezogen oder nicht für dich sichtbar."),
            _("Such nach dem Titel, oder geh zur Startseite."),
        ),
        405: Words(
            _("So geht es nicht"),
            _("Diese Adresse nimmt die Anfrage in dieser Form nicht an."),
            _("Geh zurück und benutze den Knopf auf der Seite."),
        ),
        406: Words(
            _("So können wir nicht antworten"), _("Antworten gibt es hier nur als JSON."), back
        ),
        409: Words(
            _("Jemand war schneller"),
            _("Das hat sich geändert, während du es bearbeitet hast."),
            _("Geh zurück, lade die Seite neu und sieh dir den neuen Stand an."),
        ),
        410: Words(
            _("Dieser Link gilt nicht mehr"),
            _("Er wurde schon benutzt, zurückgezogen oder ist abgelaufen."),
            _("Lass dir einen neuen schicken."),
        ),
        413: Words(
            _("Das ist zu groß"),
            _("Der Text oder die Datei ist größer, als wir annehmen."),
            _("Geh zurück: dein Text steht noch da. Kürze ihn oder wähle eine kleinere Datei."),
        ),
        415: Words(
            _("Das können wir nicht lesen"), _("Anfragen nehmen wir hier nur als JSON an."), back
        ),
        421: Words(
            _("Hier bist du falsch"),
            _("Unter dieser Adresse gibt es dieses Forum nicht."),
            _("Öffne die Adresse, die man dir genannt hat."),
        ),
        422: Words(_("Das passt noch nicht"), _("Eine Angabe können wir nicht annehmen."), back),
        429: Words(
            _("Einen Moment bitte"),
            _("Das waren sehr viele Anfragen in kurzer Zeit."),
            _("Warte eine Minute und versuch es dann noch einmal."),
        ),
    }
    if status in known:
        return known[status]
    return (
        known[400]
        if status < 500
        else Words(
            _("Da ist bei uns etwas schiefgegangen"),
            _("Es liegt nicht an dir. Der Fehler ist notiert."),
            _("Versuch es in ein paar Minuten noch einmal. Wenn es bleibt, melde uns die Kennung."),
        )
    )

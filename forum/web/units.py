"""One request, one unit: GET reads on the read-only connection, the rest commits once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from itsdangerous import URLSafeTimedSerializer

from forum.core import database
from forum.core.stamps import forget_stamp
from forum.web.render import HouseEnvironment

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_SIGNER = "forum.signer"
_log = logging.getLogger(__name__)


class SignedCookies(SecureCookieSessionInterface):
    """Flask's signed cookie; its signer is made once, the key stays as long as the process."""

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        """Return the signer of the app, None as long as the app has no key."""
        signer: URLSafeTimedSerializer | None = app.extensions.get(_SIGNER)
        if signer is None:
            signer = app.extensions[_SIGNER] = super().get_signing_serializer(app)
        return signer


class UnitFlask(Flask):
    """Flask whose view runs in a unit of work.

    Reading requests use the read-only connection. Others commit once, before the response is
    built, when the view answered below 400; a refusal or an exception rolls everything back.
    """

    jinja_environment = HouseEnvironment
    session_interface = SignedCookies()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function itself: no view is a coroutine, though Flask would ask each time."""
        return func

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Choose the connection before anything asks the database."""
        database.db.session().info["mode"] = "read" if request.method in SAFE else "write"
        forget_stamp()
        return super().preprocess_request()

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view and end its unit."""
        response = self.make_response(super().dispatch_request())
        if database.get_mode() == "write":
            if response.status_code < 400:
                database.commit()
            else:
                database.rollback()
        return response

    def handle_user_exception(self, e: Exception) -> ResponseReturnValue:
        """Undo what the view did before an error page is made."""
        database.rollback()
        return super().handle_user_exception(e)

    def process_response(self, response: Response) -> Response:
        """Hand what waits for the end of the response to the server."""
        response = super().process_response(response)
        waiting = g.pop("after_response", None)
        if waiting:
            response.call_on_close(lambda: self._run_waiting(waiting))
        return response

    def _run_waiting(self, waiting: list[Callable[[], object]]) -> None:
        """Run read marks and the like in a unit of their own; what fails is logged, never shown."""
        try:
            with self.app_context(), database.unit():
                for callback in waiting:
                    callback()
        except Exception:
            _log.exception("work after the response failed")

"""Who sends this request: an opaque cookie, one statement, the wall's viewer.

Sessions are rows; Flask's signed cookie carries the CSRF token and messages only.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial, wraps
from typing import Any, Final, ParamSpec, cast

import sqlalchemy as sa
from flask import Flask, Request, Response, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager
from flask_login import current_user as _current_user

from forum.accounts.bearer import find_program
from forum.accounts.current import NOBODY, CurrentUser, Nobody
from forum.accounts.members import MEMBER, find_member, join_member, make_current
from forum.accounts.models import LoginSession
from forum.accounts.operations.erasing import keep_account
from forum.accounts.operations.sessions import LIFETIME, close_session, open_session, touch_session
from forum.accounts.tokens import hash_token
from forum.core import clock
from forum.core.config import Config, current_config
from forum.core.database import after_response
from forum.core.errors import Denied
from forum.core.wall import ANONYMOUS, bind_viewer
from forum.web.i18n import gettext as _
from forum.web.problems import is_for_programs
from forum.web.security import came_from

P = ParamSpec("P")
IDLE: Final = timedelta(days=30)
SEEN_EVERY: Final = timedelta(minutes=1)
# Same for everybody: to load a session for them would cost a statement per file.
IMPERSONAL: Final = frozenset({"web.static", "web.accent", "accounts.avatar"})

_BY_TOKEN: Final = join_member(
    sa.select(LoginSession.id.label("session_id"), LoginSession.last_seen_at, *MEMBER).select_from(
        LoginSession
    ),
    LoginSession.user_id,
).where(
    LoginSession.token_hash == sa.bindparam("token_hash"),
    LoginSession.expires_at > sa.bindparam("now"),
    LoginSession.last_seen_at > sa.bindparam("idle_since"),
)


def install_identity(app: Flask) -> None:
    """Load the member and bind the viewer before anything else of a request runs."""
    manager = LoginManager()
    manager.session_protection = None
    manager.anonymous_user = lambda: NOBODY
    manager.request_loader(_load_from)
    manager.unauthorized_handler(ask_to_sign_in)
    # Not init_app: its hooks touch the signed cookie on every file, and we have no "remember".
    cast(Any, app).login_manager = manager
    app.config["REMEMBER_COOKIE_NAME"] = "forum-has-none"
    app.config["SESSION_COOKIE_NAME"] = _prefixed("form", app.config["FORUM"])
    app.config["SESSION_COOKIE_SECURE"] = _is_secure(app.config["FORUM"])
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"
    # First of all, so that even the error pages of later hooks know who is looking.
    app.before_request_funcs.setdefault(None, []).insert(0, identify)


def identify() -> None:
    """Bind the viewer of this request.

    Errors: Unauthorized for a program whose token does not hold; TooMany.
    """
    bind_viewer(ANONYMOUS)
    bind_viewer(NOBODY.viewer if request.endpoint in IMPERSONAL else loaded().viewer)


def loaded() -> CurrentUser | Nobody:
    """Return the member or nobody: by access token for programs, by the cookie for all others.

    Cost: one statement at the first call of a request that carries the one that counts.
    """
    if is_for_programs():
        return find_program() or NOBODY
    if not request.cookies:
        return NOBODY
    return cast("CurrentUser | Nobody", cast(Any, _current_user)._get_current_object())


def current() -> CurrentUser | None:
    """Return the signed-in member, None when nobody is."""
    user = loaded()
    return user if isinstance(user, CurrentUser) else None


def require_current() -> CurrentUser:
    """Return the signed-in member.

    Errors: Denied when nobody is; views say `@signed_in` and never see it.
    """
    user = current()
    if user is None:
        raise Denied
    return user


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only members into a view; others are led to the login and back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if current() is None:
            return ask_to_sign_in()
        return view(*args, **kwargs)

    return guarded


def operators_only(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only operators into a view."""
    return _with_role("operator", view)


def privacy_only(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only who looks after exports and erasures into a view."""
    return _with_role("privacy", view)


def _with_role(
    role: str, view: Callable[P, ResponseReturnValue]
) -> Callable[P, ResponseReturnValue]:
    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        user = current()
        if user is None:
            return ask_to_sign_in()
        if role not in user.roles:
            raise Denied
        return view(*args, **kwargs)

    return guarded


def ask_to_sign_in() -> ResponseReturnValue:
    """Lead to the login page, which leads back; a fragment request is told by its status."""
    if request.headers.get("X-Fragment"):
        return Response(status=401)
    # After a write the page it came from is the place to return to, its text still in place.
    back = request.full_path.rstrip("?") if request.method == "GET" else came_from()
    return redirect(url_for("accounts.login", next=back), 303)


def preference() -> tuple[str, str]:
    """Return language and time zone of the member for `forum.web.i18n`, ("", "") for nobody."""
    user = current()
    if user is None:
        return "", ""
    # Programs say in which language they want their answers; only those that do not get this one.
    asks = user.access is not None and "Accept-Language" in request.headers
    return ("" if asks else user.language), user.timezone


def sign_in(response: Response, user_id: int, *, proven_by: str | None) -> Response:
    """Open a session and put its cookie on the response; what the browser had before ends.

    `proven_by` is the password hash that was verified. Errors: Denied when it has changed since.
    """
    _end_present()
    token = open_session(
        user_id,
        proven_by=proven_by,
        user_agent=request.headers.get("User-Agent", ""),
        address=request.remote_addr or "",
    )
    response.set_cookie(cookie_name(), token, max_age=LIFETIME, **_cookie_flags())
    if keep_account(user_id):
        flash(_("Schön, dass du wieder da bist. Dein Konto bleibt, wie es war."), "done")
    return response


def sign_out(response: Response) -> Response:
    """End the session this request came with and take its cookie away."""
    _end_present()
    response.delete_cookie(cookie_name(), **_cookie_flags())
    return response


def _end_present() -> None:
    token = request.cookies.get(cookie_name())
    if token:
        close_session(hash_token(token))
    # The CSRF token lives here: it must not survive a change of who is signed in.
    session.clear()


def _cookie_flags() -> dict[str, Any]:
    return {"secure": _is_secure(current_config()), "httponly": True, "samesite": "Lax"}


def cookie_name() -> str:
    """Return the name of the session cookie."""
    return _prefixed("session", current_config())


def _prefixed(name: str, config: Config) -> str:
    # A browser keeps `__Host-` cookies only from https, for this host and for all paths.
    return f"__Host-forum-{name}" if _is_secure(config) else f"forum-{name}"


def _is_secure(config: Config) -> bool:
    return config.public_url.startswith("https://")


def _load_from(incoming: Request) -> CurrentUser | None:
    token = incoming.cookies.get(cookie_name())
    if not token:
        return None
    now = clock.now()
    values = {"token_hash": hash_token(token), "now": now, "idle_since": now - IDLE}
    rows = find_member(_BY_TOKEN, values)
    if not rows:
        return None
    first = rows[0]
    _note_seen(first.session_id, first.id, first.last_seen_at)
    return make_current(rows, session_id=first.session_id)


def _note_seen(session_id: int, user_id: int, last: datetime) -> None:
    if clock.now() - last >= SEEN_EVERY:
        after_response(partial(touch_session, session_id, user_id))

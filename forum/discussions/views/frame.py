"""What every view of discussions begins and ends with: who looks, once only, refusals."""

from __future__ import annotations

from collections.abc import Callable

from flask import flash, redirect, request, session
from flask.typing import ResponseReturnValue

from forum.areas.routing import current_standing
from forum.core.database import rollback, set_mode
from forum.core.errors import Denied, ForumError, Invalid
from forum.core.idempotency import claim_key, store_location
from forum.core.wall import Viewer, current_viewer
from forum.discussions.queries import TopicPage, get_topic_page
from forum.web.forms import Form
from forum.web.security import read_url, safe_next

DRAFT_DONE = "draft_done"


def viewer() -> Viewer:
    """Return who looks."""
    return current_viewer()


def load(topic_id: int) -> TopicPage:
    """Return a topic with the scope of its area. Errors: NotFound."""
    return get_topic_page(current_standing(), topic_id)


def require_member() -> int:
    """Return the viewer's id. Errors: Denied for nobody."""
    user_id = current_viewer().user_id
    if user_id is None:
        raise Denied
    return user_id


def once(form: Form, body: str, act: Callable[[], str]) -> ResponseReturnValue:
    """Act once for the form's key; a repeat is led to where the first one led."""
    user_id = require_member()
    key = str(form.key.data or "")
    route = str(request.endpoint)
    if not key:
        return redirect(act(), 303)
    earlier = claim_key(user_id, route, key=key, body=f"{request.path}\n{body}")
    if earlier is not None:
        return redirect(earlier, 303)
    location = act()
    store_location(user_id, route, key=key, location=location)
    return redirect(location, 303)


def refuse(form: Form, error: ForumError) -> int:
    """Undo what was done, show the message at its field; return the status to answer with."""
    rollback()
    set_mode("read")
    form.refuse(error if isinstance(error, Invalid) else Invalid("", error.message))
    return error.status


def go(target: str, text: str) -> ResponseReturnValue:
    """Say what was done and go there."""
    flash(text, "done")
    return redirect(target, 303)


def done(text: str, *, fallback: str) -> ResponseReturnValue:
    """Say what was done and go back to the page the button was on."""
    flash(text, "done")
    return back(fallback)


def back(fallback: str) -> ResponseReturnValue:
    """Go back to the page of this site that the request came from."""
    came_from = read_url(request.headers.get("Referer", ""))
    target = came_from.path + (f"?{came_from.query}" if came_from.query else "")
    same = came_from.netloc == request.host
    return redirect(safe_next(target, default=fallback) if same else fallback, 303)


def note_draft_done(key: str) -> None:
    """Let the next page tell the browser that this draft has arrived."""
    session[DRAFT_DONE] = key


def take_drafts_done() -> tuple[str, ...]:
    """Return the drafts that have arrived since the last page."""
    key = session.pop(DRAFT_DONE, None) if DRAFT_DONE in session else None
    return (key,) if key else ()

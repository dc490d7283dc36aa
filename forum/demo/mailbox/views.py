"""The pages of the mailbox, for the operator of a demo: links in mails open accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from flask import Blueprint, Flask, Response, request

from forum.accounts.identity import current, operators_only
from forum.core.config import current_config
from forum.core.errors import NotFound
from forum.demo.mailbox.store import Mailbox
from forum.web.frame import Link, parts
from forum.web.i18n import gettext as _
from forum.web.pagination import Cut, cut_page
from forum.web.render import render
from forum.web.security import HEADERS

PATH: Final = "/admin/mailbox"
LISTED: Final = 50
_POLICY: Final = "Content-Security-Policy"
_FRAMING: Final = f"{HEADERS[_POLICY]}; frame-src 'self'"
# Nothing runs, nothing is loaded, nothing is sent, whoever wrote it; links open a window.
_FRAMED: Final = "; ".join(
    (
        "sandbox allow-popups allow-popups-to-escape-sandbox",
        "default-src 'none'",
        "style-src 'unsafe-inline'",
        "img-src data:",
        "form-action 'none'",
        "base-uri 'none'",
        "frame-ancestors 'self'",
    )
)

blueprint = Blueprint("mailbox", __name__)


@blueprint.get(PATH)
@operators_only
def index() -> str:
    """List what was sent, the newest first."""
    cut = Cut.from_args(request.args, (str,), limit=LISTED)
    lines = _mailbox().list_lines(cut)
    return render("demo/mailbox.html", page=cut_page(lines, cut, lambda line: (line.name,)))


@blueprint.get(f"{PATH}/<name>")
@operators_only
def show(name: str) -> Response:
    """Show one mail with its fields and both texts."""
    response = Response(render("demo/letter.html", letter=_mailbox().get_letter(name)))
    response.headers[_POLICY] = _FRAMING
    return response


@blueprint.get(f"{PATH}/<name>/html")
@operators_only
def show_html(name: str) -> Response:
    """Show the HTML of one mail as a mail program would, in a frame that can do nothing."""
    html = _mailbox().get_letter(name).html
    if not html:
        raise NotFound("no such part")
    response = Response(f'<base target="_blank">{html}', mimetype="text/html")
    response.headers[_POLICY] = _FRAMED
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    return response


def install_mailbox(app: Flask) -> None:
    """Put the pages on the app of a demo, and the way to them into the operator's menu."""
    app.register_blueprint(blueprint)
    before = parts(app).entries

    def entries(viewer_id: int) -> Sequence[Link]:
        links = [*before(viewer_id)] if before is not None else []
        user = current()
        if user is not None and user.is_operator:
            links.append(Link(_("Mails der Demo"), PATH, "mail"))
        return links

    parts(app).entries = entries


def _mailbox() -> Mailbox:
    return Mailbox(current_config().data_dir)

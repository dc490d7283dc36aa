"""Opens one page in a process of its own, for `forum plugin bisect`; exit code 1 when it fails."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from flask.testing import FlaskClient

from forum.accounts.identity import cookie_name
from forum.accounts.operations.sessions import close_session, open_session
from forum.accounts.queries.privacy import find_person
from forum.accounts.tokens import hash_token
from forum.cli.opening import open_app
from forum.core.config import Config
from forum.core.database import unit

FAULT = 500


def main(path: str, address: str) -> int:
    """Open a page as a member, or as nobody; what waits for the end of the response is not done."""
    app = open_app(Path(os.environ["FORUM_DATA_DIR"]))
    config: Config = app.config["FORUM"]
    base = config.public_url or "http://localhost"
    client = app.test_client()
    if not address:
        return _open(client, base, path)
    with app.app_context():
        with unit():
            user_id = find_person(address)
            if user_id is None:
                return 1
            token = open_session(
                user_id, proven_by=None, user_agent="forum plugin bisect", address="127.0.0.1"
            )
        client.set_cookie(cookie_name(), token, domain=urlsplit(base).hostname or "localhost")
    try:
        return _open(client, base, path)
    finally:
        with app.app_context(), unit():
            close_session(hash_token(token))


def _open(client: FlaskClient, base: str, path: str) -> int:
    # The response is not closed: read marks and the like are written by closing it.
    response = client.get(path, base_url=base, follow_redirects=True)
    return int(response.status_code >= FAULT)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

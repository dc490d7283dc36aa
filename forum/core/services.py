"""Where core and features find what `forum.app` has wired: declared below, filled above."""

from __future__ import annotations

from typing import Any

from flask import current_app


def service(name: str) -> Any:
    """Return the service `name` of the running app (`dispatcher`, `jobs`, `search` …).

    Errors: raises KeyError when `create_app` did not wire it: a programming error.
    """
    return current_app.extensions["forum"][name]

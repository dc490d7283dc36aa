"""One recount in a process of its own, which a test kills at a moment."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from forum_badges import operations

from forum.api.data import unit
from forum.app import create_app
from forum.core import clock
from forum.core.config import load_config


def main() -> None:
    """Count everything anew until killed."""
    directory, url, at, *areas = sys.argv[1:]
    config = load_config(Path(directory), {}, database_url=url)
    app = create_app(config)
    with app.app_context(), clock.freeze(datetime.fromisoformat(at)):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        with unit():
            operations.recount([int(area) for area in areas])


if __name__ == "__main__":
    main()

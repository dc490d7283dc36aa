"""One turn in a process of its own, which a test kills at a moment."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from forum_digest import limits, operations

from forum.app import create_app
from forum.core import clock
from forum.core.config import load_config


def main() -> None:
    """Take turns in small batches until killed."""
    directory, url, smtp, at, *areas = sys.argv[1:]
    limits.BATCH = 7  # type: ignore[misc]
    config = load_config(Path(directory), {}, database_url=url, smtp_url=smtp)
    app = create_app(config)
    with app.app_context(), clock.freeze(datetime.fromisoformat(at)):
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        operations.take_turn([int(area) for area in areas])


if __name__ == "__main__":
    main()

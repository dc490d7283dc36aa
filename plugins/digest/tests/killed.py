"""One piece of the worker's work in a process of its own, which is killed at a moment.

Arguments as JSON: `work` is turn or send, `kill_at` the number of the commit that it does not
live to see, 0 to let it end or be killed from outside.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from forum_digest import limits, operations

from forum.app import create_app
from forum.core import clock
from forum.core.config import load_config
from forum.core.runner import run_all


def main() -> None:
    """Take a turn in small batches, or hand over what waits."""
    told = json.loads(sys.argv[1])
    limits.BATCH = 7  # type: ignore[misc]
    app = create_app(load_config(Path(told["data_dir"]), {}, **told["settings"]))
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    if told["kill_at"]:
        die_at(told["kill_at"])
    with app.app_context(), clock.freeze(datetime.fromisoformat(told["now"])):
        if told["work"] == "turn":
            operations.take_turn(told["areas"])
        else:
            run_all()


def die_at(number: int) -> None:
    """Let this process end before a commit reaches the database, as `kill -9` would."""
    commits = 0

    def count(_connection: sa.Connection) -> None:
        nonlocal commits
        commits += 1
        if commits == number:
            os.kill(os.getpid(), signal.SIGKILL)

    sa.event.listen(sa.Engine, "commit", count)


if __name__ == "__main__":
    main()

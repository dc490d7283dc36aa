"""Opening a branch in a process of its own, which a test kills when half of it is done."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from forum_chapters.operations import Opening, open_branch
from forum_chapters.patterns import get_pattern
from sqlalchemy.engine import Engine

from forum.api.data import Viewer, as_viewer, get_scope_by_id, unit
from forum.app import create_app
from forum.core.config import load_config


def main() -> None:
    """Open a whole Land, and stop before the insert into the table that the test names."""
    url, folder, user, area, table = sys.argv[1:]
    app = create_app(load_config(Path(folder), {}, database_url=url, log_level="error"))
    pattern = get_pattern("landesverband")
    opening = Opening(
        where="here",
        name="",
        host="ni",
        accent="0d6b50",
        parts=frozenset(part.key for part in pattern.areas),
    )
    left = [3 if table == "area" else 1]

    @sa.event.listens_for(Engine, "before_cursor_execute")
    def stop_half_way(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        left[0] -= statement.startswith(f"INSERT INTO {table} ")
        if left[0] == 0:
            sys.stdout.write("half\n")
            sys.stdout.flush()
            time.sleep(60)

    viewer = Viewer(int(user))
    with app.app_context(), unit(), as_viewer(viewer):
        open_branch(get_scope_by_id(viewer, int(area)), pattern, opening=opening)


if __name__ == "__main__":
    main()

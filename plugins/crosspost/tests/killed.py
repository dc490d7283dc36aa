"""An import, or a visit to a feed, in a process of its own, which a test kills at a moment."""

from __future__ import annotations

import sys
from pathlib import Path

from forum_crosspost import limits
from forum_crosspost.operations import feeds, run_import

from forum.app import create_app
from forum.core.config import load_config
from forum.plugin import AreaRef, ImportJob

SECRET = "not-secret-only-for-tests"  # as in `forum.testing.apps`: hashes of names depend on it


def main() -> None:
    """Import a file into an area, or fetch a source from a host, in small batches."""
    url, folder, what, *rest = sys.argv[1:]
    limits.BATCH_MESSAGES = limits.FEED_BATCH = 5  # type: ignore[misc]
    hosts = rest[1] if what == "feed" else ""
    app = create_app(
        load_config(
            Path(folder),
            {},
            secret_key=SECRET,
            database_url=url,
            log_level="error",
            fetch_hosts=hosts,
        )
    )
    with app.app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        if what == "feed":
            feeds.poll_now(int(rest[0]))
            return
        area, file, key = rest
        job = ImportJob(area=AreaRef(int(area), "kreis", "Kreis"), file=Path(file))
        run_import(job, kind=job.file.suffix[1:], key=key)


if __name__ == "__main__":
    main()

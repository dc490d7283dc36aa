"""A worker for tests that has done its job's work and hangs before it is over, to be killed."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from forum.app import create_app
from forum.core.config import load_config
from forum.core.jobs import register_job
from forum.core.runner import run_all
from tests.forum.core.conftest import note


def main(url: str, data_dir: str, ready: str, transaction: str) -> None:
    """Run the job `linger` for ever; touch `ready` once its effect is written."""
    app = create_app(load_config(Path(data_dir), {}, database_url=url))

    def linger(subject: str) -> None:
        if transaction == "1":
            note(subject)
            from forum.core.database import db

            db.session.flush()
        Path(ready).touch()
        time.sleep(600)

    with app.app_context():
        register_job("linger", linger, transaction=transaction == "1")
        run_all()


if __name__ == "__main__":
    main(*sys.argv[1:])

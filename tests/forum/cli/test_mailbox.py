"""The mailbox beside a demo's server: mails arrive there, also after a kill and a restart."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from flask import Flask

from forum.app import create_app
from forum.core.config import load_config
from forum.core.database import read_unit, unit
from forum.core.mail import Mail, send_mail
from forum.demo.mailbox.server import MARK
from forum.demo.mailbox.store import LARGEST, Mailbox
from forum.web.pagination import Cut
from tests.forum.cli.conftest import Serve, Server, wait_for


def write(app: Flask, subject: str, text: str = "Hallo") -> int:
    """Write a mail into the outbox, as a page of the demo would."""
    with app.app_context(), unit():
        return send_mail("anke@example.org", subject, text, "<p>Hallo</p>")


def list_subjects(data_dir: Path) -> list[str]:
    """Return what lies in the box, the newest first."""
    return [line.subject for line in Mailbox(data_dir).list_lines(Cut())]


def find_state(app: Flask, mail_id: int) -> str:
    """Return how a mail stands."""
    with app.app_context(), read_unit() as session:
        mail = session.get(Mail, mail_id)
        assert mail is not None
        return mail.state


def kill_mailbox(server: Server) -> None:
    """Kill the process that takes the mails: the one that was started last."""
    os.kill(server.children()[-1], signal.SIGKILL)


def test_a_demo_keeps_its_mails_beside_the_site(serve: Serve, migrated_dir: Path) -> None:
    (migrated_dir / MARK).write_text("{}")
    server = serve(migrated_dir)
    wait_for(lambda: "/admin/mailbox" in server.log.read_text())
    assert server.get("/admin/mailbox") == 303
    app = create_app(load_config(migrated_dir, {}, smtp_url="smtp://127.0.0.1:9"))
    write(app, "Eins")
    wait_for(lambda: list_subjects(migrated_dir) == ["Eins"])
    kill_mailbox(server)
    write(app, "Zwei")
    wait_for(lambda: list_subjects(migrated_dir) == ["Zwei", "Eins"])
    huge = write(app, "Drei", "Zu groß.\n" * (LARGEST // 8))
    wait_for(lambda: find_state(app, huge) == "failed")
    server.process.terminate()
    assert server.process.wait(20) == 0
    serve(migrated_dir)
    write(app, "Vier")
    wait_for(lambda: list_subjects(migrated_dir) == ["Vier", "Zwei", "Eins"])


def test_no_mailbox_where_there_is_no_demo_or_a_mail_server(
    serve: Serve, migrated_dir: Path
) -> None:
    plain = serve(migrated_dir)
    assert plain.get("/admin/mailbox") == 404
    assert len(plain.children()) == 2
    plain.process.terminate()
    plain.process.wait(20)
    (migrated_dir / MARK).write_text("{}")
    served = serve(migrated_dir, smtp_url="smtp://127.0.0.1:9")
    assert served.get("/admin/mailbox") == 404

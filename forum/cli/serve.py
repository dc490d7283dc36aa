"""forum serve: create what is missing, then supervise web and worker processes."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import click
from flask import Flask
from pydantic import SecretStr

from forum.app import create_app
from forum.areas.operations import sync_plugins
from forum.cli.opening import dir_option, remember_url
from forum.core.config import Config, load_config
from forum.core.database import close_connections, read_unit, unit
from forum.core.dirlock import ROLES, DirectoryLock, Role, hold_directory, make_directory
from forum.core.log import configure_logging
from forum.core.migrations import upgrade
from forum.core.supervisor import Child, Supervisor
from forum.core.webserver import is_listening, require_free_port, serve_web
from forum.demo.mailbox.server import PostOffice, has_mailbox, open_office
from forum.demo.mailbox.views import PATH, install_mailbox
from forum.home.setup import find_setup_link

GRACE_SECONDS = 5


@click.command(
    "serve",
    epilog="Example: forum serve --dir data --port 8000 --workers 2",
)
@dir_option
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="Port."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=2,
    show_default=True,
    help="Web processes, each with four threads.",
)
@click.option(
    "--role",
    type=click.Choice(["all", *ROLES]),
    default="all",
    show_default=True,
    help="What runs here: pages, background work, or both.",
)
def command(data_dir: Path, host: str, port: int, workers: int, role: str) -> int:
    """Run the site until Ctrl-C.

    Creates the data directory, the secret, the database and its schema when they are missing, and
    starts again whatever process dies.
    """
    roles: Sequence[Role] = [one for one in ROLES if role in ("all", one)]
    make_directory(data_dir)
    with hold_directory(data_dir, roles) as lock:
        config = _configure(data_dir, host, port)
        if "web" in roles:
            require_free_port(host, port)
            remember_url(data_dir, config.public_url)
        mailbox = open_office() if role == "all" and has_mailbox(config) else None
        if mailbox is not None:
            config = config.model_copy(update={"smtp_url": SecretStr(mailbox.url)})
        app = _prepare(config, lock)
        children = _children(app, config, roles, host=host, port=port, workers=workers)
        if mailbox is not None:
            install_mailbox(app)
            children.append(_mailbox_child(config, mailbox))
        announce = _announcer(app, host, port) if "web" in roles else _silence
        gc.freeze()  # what is imported by now is never copied into the children
        return Supervisor(
            children,
            grace=config.request_timeout + GRACE_SECONDS,
            on_fork=lock.leave,
            on_tick=announce,
        ).run()


def _configure(data_dir: Path, host: str, port: int) -> Config:
    config = load_config(data_dir, os.environ)
    if not config.public_url:
        shown = f"[{host}]" if ":" in host else host
        config = config.model_copy(update={"public_url": f"http://{shown}:{port}"})
    configure_logging(config.log_level)
    return config


def _mailbox_child(config: Config, mailbox: PostOffice) -> Child:
    def run() -> int:
        return mailbox.serve(config.data_dir)

    return Child("mailbox", run)


def _prepare(config: Config, lock: DirectoryLock) -> Flask:
    """Build the app and its schema; leaves no connection open, for forks must not share any."""
    app = create_app(config)
    upgrade(app, lock=lock)
    with app.app_context(), unit():
        sync_plugins()
    close_connections(app)
    return app


def _children(
    app: Flask, config: Config, roles: Sequence[Role], *, host: str, port: int, workers: int
) -> list[Child]:
    children = []
    timeout = config.request_timeout
    if "web" in roles:

        def run_web() -> int:
            return serve_web(lambda: app, host, port, workers=workers, timeout=timeout)

        children.append(Child("web", run_web))
    if "worker" in roles:
        children += _worker_children(app, config)
    return children


def _worker_children(app: Flask, config: Config) -> list[Child]:
    def run_background() -> int:
        from forum.core.worker import run_worker

        return run_worker(app, app.extensions["forum"]["bell"])

    def run_queue(*queues: str) -> Callable[[], int]:
        def run() -> int:
            from forum.core.rq_transport import run_rq

            return run_rq(app, config.redis_url.get_secret_value(), queues)

        return run

    children = [Child("worker", run_background)]
    if config.redis_url.get_secret_value():
        # Two, so that an import of an hour does not keep mails waiting.
        children.append(Child("rq-1", run_queue("default", "mail")))
        children.append(Child("rq-2", run_queue("slow", "default")))
    return children


def _announcer(app: Flask, host: str, port: int) -> Callable[[], None]:
    config: Config = app.config["FORUM"]
    lines = [f"Chapterhouse runs at {config.public_url} (Ctrl-C stops it)"]
    with app.app_context(), read_unit():
        link = find_setup_link()
    close_connections(app)
    if link is not None:
        lines.append(f"Set it up here, as its first admin: {link}")
    if "mailbox" in app.blueprints:
        lines.append(f"Its mails go to {config.public_url}{PATH}, for the operator of the demo")
    announced = False

    def announce() -> None:
        nonlocal announced
        if not announced and is_listening(host, port):
            announced = True
            click.echo("\n".join(lines))

    return announce


def _silence() -> None:
    """A host without pages has no address to tell."""

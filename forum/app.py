"""create_app: the one place where things are wired, in a fixed order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask

import forum.core.audit
import forum.core.idempotency
import forum.moderation.plugin
import forum.notifications.plugin
import forum.search.plugin
from forum.accounts.install import install_accounts
from forum.areas.delivery import register_deliveries
from forum.areas.install import install_areas
from forum.core import limits
from forum.core.background import init_background
from forum.core.comparison import list_mapped_tables
from forum.core.config import Config
from forum.core.database import init_database
from forum.core.events import list_kinds
from forum.core.isolation import count_engines, count_statements, isolate
from forum.core.migrations import Lineage, register_lineage
from forum.discussions.install import install_discussions
from forum.home.install import install_home
from forum.moderation.install import install_moderation
from forum.notifications.install import install_notifications
from forum.plugin.dispatch import Dispatcher
from forum.plugin.guard import Guard
from forum.plugin.loader import Loaded, discover, load_plugins
from forum.rest.install import install_rest
from forum.search.install import install_search
from forum.web.install import WebOptions
from forum.web.install import install as install_web
from forum.web.units import UnitFlask

BUILTINS = (forum.moderation.plugin, forum.notifications.plugin, forum.search.plugin)


def create_app(config: Config) -> Flask:
    """Build the application for one configuration; nothing is global, tests build several.

    Errors: raises ConfigError naming what the operator has to mend.
    """
    app = _make_flask(config)
    # 1. What everything stands on: database, jobs, mail, storage.
    init_database(app, config.url)
    count_engines(app)
    init_background(app)
    # 2. Plugins, because pages and consumers below ask the dispatcher.
    loaded = load_plugins(
        enabled=config.plugins,
        found=discover(),
        builtins=BUILTINS,
        safe_mode=config.safe_mode,
        strict=config.strict,
        list_tables=list_mapped_tables,
        core_events=frozenset(kind.name for kind in list_kinds()),
    )
    guard = Guard(isolate=isolate, count_statements=count_statements, strict=config.strict)
    services: dict[str, Any] = app.extensions["forum"]
    dispatcher = services["dispatcher"] = Dispatcher(loaded, guard)
    # 3. Features from the lowest to the highest: each finds the frame and the jobs of those below.
    install_web(app, _web_options(config, loaded))
    with app.app_context():
        _register_lineages(loaded)
        install_accounts(app)
        install_areas(app)
        install_discussions(app)
        install_notifications(app)
        install_moderation(app)
        install_search(app)
        install_home(app)
        install_rest(app)
        # 4. What runs behind the pages for plugins: consumers of the log, jobs.
        register_deliveries(dispatcher)
    return app


def _make_flask(config: Config) -> UnitFlask:
    app = UnitFlask("forum", static_folder=None)
    app.extensions["forum"] = {}
    app.config.update(
        FORUM=config,
        SECRET_KEY=config.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=limits.UPLOAD_BYTES + limits.REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=limits.REQUEST_BYTES,
        MAX_FORM_PARTS=200,
    )
    return app


def _register_lineages(loaded: Loaded) -> None:
    for name, folder in _list_folders(loaded).items():
        versions = folder / "migrations" / "versions"
        if versions.is_dir():
            register_lineage(Lineage(name, versions))


def _web_options(config: Config, loaded: Loaded) -> WebOptions:
    return WebOptions(
        site=config.site_name,
        locale=config.language,
        zone=config.timezone,
        theme=config.theme,
        public_url=config.public_url,
        proxies=config.trusted_proxies,
        plugins=_list_folders(loaded),
    )


def _list_folders(loaded: Loaded) -> dict[str, Path]:
    """Return where each plugin's templates, translations and migrations lie, in loading order."""
    return {
        plugin.name: Path(plugin.module.__file__ or "").parent
        for plugin in loaded.plugins
        if not plugin.builtin
    }

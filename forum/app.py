"""create_app: the one place where things are wired, in a fixed order."""

from __future__ import annotations

from typing import Any

from flask import Flask

import forum.accounts.models
import forum.areas.models
import forum.core.audit
import forum.core.events
import forum.core.idempotency
import forum.discussions.models  # noqa: F401
from forum.accounts.install import install_accounts
from forum.core import limits
from forum.core.background import init_background
from forum.core.config import Config
from forum.core.database import init_database
from forum.web.install import WebOptions
from forum.web.install import install as install_web
from forum.web.units import UnitFlask


def create_app(config: Config) -> Flask:
    """Build the application for one configuration; nothing is global, tests build several.

    Errors: raises ConfigError naming what the operator has to mend.
    """
    app = UnitFlask("forum", static_folder=None)
    services: dict[str, Any] = {}
    app.extensions["forum"] = services
    app.config.update(
        FORUM=config,
        SECRET_KEY=config.secret_key.get_secret_value(),
        MAX_CONTENT_LENGTH=limits.UPLOAD_BYTES + limits.REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=limits.REQUEST_BYTES,
        MAX_FORM_PARTS=200,
    )
    init_database(app, config.url)
    init_background(app)
    install_web(
        app,
        WebOptions(
            site=config.site_name,
            locale=config.language,
            zone=config.timezone,
            theme=config.theme,
            https=config.public_url.startswith("https://"),
        ),
    )
    with app.app_context():
        install_accounts(app)
    return app

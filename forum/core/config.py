"""Configuration: `FORUM_*` variables over `forum.toml` in the data directory over defaults.

Unknown keys are errors, secrets may come from files (`FORUM_SECRET_KEY_FILE`).
"""

from __future__ import annotations

import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from flask import current_app
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from forum.core.errors import ConfigError

PREFIX = "FORUM_"


class Config(BaseModel):
    """Everything an operator may set; each field's description is its documentation."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data_dir: Path = Field(description="Directory of database, index, uploads and logs")
    database_url: str = Field("", description="SQLAlchemy URL; empty means SQLite in the data dir")
    redis_url: SecretStr = Field(SecretStr(""), description="Redis or Valkey; empty means none")
    secret_key: SecretStr = Field(SecretStr(""), description="Empty means: made once, kept on disk")
    public_url: str = Field("", description="Address under which members reach the site")
    trusted_proxies: int = Field(0, ge=0, le=5, description="Proxies in front whose headers count")
    site_name: str = Field("Chapterhouse", max_length=80, description="Name until the root has one")
    language: Literal["de", "en", "sv"] = Field("de", description="Language of the site")
    timezone: str = Field("Europe/Berlin", description="Zone in which the site shows times")
    registration: Literal["open", "invitation"] = Field(
        "invitation", description="Who may register"
    )
    plugins: str = Field("all", description="Plugins to load: `all`, or names with commas")
    safe_mode: bool = Field(False, description="Start without plugins; what they closed stays shut")
    strict: bool = Field(False, description="Raise what a plugin raises instead of skipping it")
    theme: str = Field("federation", description="Theme of the root area")
    smtp_url: SecretStr = Field(
        SecretStr(""), description="smtp://user:password@host:port or smtps://; empty means no mail"
    )
    mail_from: str = Field("forum@localhost", max_length=254, description="Sender of all mail")
    password_cost: Literal["normal", "low"] = Field(
        "normal", description="Cost of password hashing; `low` is for tests and the demo"
    )
    request_timeout: int = Field(30, ge=1, le=600, description="Seconds until a stuck worker ends")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe line that is logged"
    )

    @property
    def url(self) -> str:
        """The database URL in force."""
        return self.database_url or f"sqlite:///{self.data_dir / 'forum.db'}"


def load_config(data_dir: Path, environ: Mapping[str, str], **overrides: Any) -> Config:
    """Read the configuration of `data_dir`.

    Errors: raises ConfigError with one line naming the key and how to mend it.
    """
    values: dict[str, Any] = {**_read_file(data_dir / "forum.toml"), **_read_environ(environ)}
    values |= {key: value for key, value in overrides.items() if value is not None}
    values["data_dir"] = data_dir.resolve()
    try:
        config = Config(**values)
    except ValidationError as error:
        raise ConfigError(_explain(error)) from None
    if config.secret_key.get_secret_value():
        return config
    return config.model_copy(update={"secret_key": SecretStr(_kept_secret(data_dir))})


def current_config() -> Config:
    """Return the configuration of the running app."""
    config: Config = current_app.config["FORUM"]
    return config


def _read_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path}: cannot be read as TOML ({error}); mend or remove it") from None


def _read_environ(environ: Mapping[str, str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for variable, value in environ.items():
        if not variable.startswith(PREFIX):
            continue
        key = variable.removeprefix(PREFIX).lower()
        if key.endswith("_file") and key.removesuffix("_file") in Config.model_fields:
            key = key.removesuffix("_file")
            try:
                value = Path(value).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                raise ConfigError(f"{variable}: cannot read the file ({error})") from None
        values[key] = value
    return values


def _explain(error: ValidationError) -> str:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    if first["type"] == "extra_forbidden":
        known = ", ".join(sorted(Config.model_fields))
        return f"unknown setting {PREFIX}{key.upper()}; remove it, or use one of: {known}"
    return f"{PREFIX}{key.upper()}: {first['msg']}"


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret.key"
    try:
        return path.read_text("ascii").strip()
    except FileNotFoundError:
        pass
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(48), "ascii")
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigError(
            f"{data_dir}: not writable ({error.strerror}); choose another --dir"
        ) from None
    return path.read_text("ascii").strip()

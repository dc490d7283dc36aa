"""Configuration: `FORUM_*` variables over `forum.toml` in the data directory over defaults.

Unknown keys are errors, secrets may come from files (`FORUM_SECRET_KEY_FILE`).
"""

from __future__ import annotations

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import sqlalchemy as sa
from flask import current_app
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from forum.core.errors import ConfigError

PREFIX = "FORUM_"
SHORTEST_KEY: Final = 16
_SENDER: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+")
_FETCHED: Final = re.compile(r"(?:[\w.-]{1,253}|\[[0-9a-fA-F:.]{2,45}\]):\d{1,5}", re.ASCII)
_REDIS: Final = ("redis://", "rediss://", "unix://")


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
    fetch_hosts: str = Field(
        "", max_length=2_000, description="Hosts inside that may be fetched from, as `host:port`"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe line that is logged"
    )

    @field_validator("public_url")
    @classmethod
    def _is_address(cls, url: str) -> str:
        """Links, cookies and trusted hosts follow from it, so a slip here shows everywhere."""
        if not url:
            return url
        parts = urlsplit(url)
        extra = parts.path.strip("/") or parts.query or parts.fragment or "@" in parts.netloc
        if parts.scheme not in ("http", "https") or not parts.hostname or extra:
            raise ValueError("write it like https://forum.example.org")
        return url.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, url: str) -> str:
        try:
            backend = sa.make_url(url).get_backend_name() if url else "sqlite"
        except sa.exc.ArgumentError:
            backend = ""
        if backend not in ("sqlite", "postgresql"):
            raise ValueError("write it like postgresql+psycopg://user:password@host/name")
        return url

    @field_validator("redis_url")
    @classmethod
    def _is_redis(cls, url: SecretStr) -> SecretStr:
        if url.get_secret_value() and not url.get_secret_value().startswith(_REDIS):
            raise ValueError("write it like redis://host:6379/0")
        return url

    @field_validator("secret_key")
    @classmethod
    def _is_long(cls, key: SecretStr) -> SecretStr:
        if 0 < len(key.get_secret_value()) < SHORTEST_KEY:
            raise ValueError(f"use at least {SHORTEST_KEY} characters nobody can guess")
        return key

    @field_validator("timezone")
    @classmethod
    def _is_zone(cls, zone: str) -> str:
        if zone not in available_timezones():
            raise ValueError("no such time zone; write it like Europe/Berlin")
        return zone

    @field_validator("mail_from")
    @classmethod
    def _is_sender(cls, address: str) -> str:
        if not _SENDER.fullmatch(address):
            raise ValueError("write it like forum@example.org, without a name")
        return address

    @field_validator("fetch_hosts")
    @classmethod
    def _are_hosts(cls, hosts: str) -> str:
        if not all(_FETCHED.fullmatch(one) for one in _listed(hosts)):
            raise ValueError("write it like wiki.example.lan:443,10.0.0.7:8080")
        return hosts.lower()

    @property
    def allowed_fetches(self) -> list[tuple[str, int]]:
        """Hosts and ports that the guarded fetch takes though they are not public."""
        pairs = (one.rpartition(":") for one in _listed(self.fetch_hosts))
        return [(host, int(port)) for host, _, port in pairs]

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


def _listed(names: str) -> list[str]:
    return [one.strip() for one in names.split(",") if one.strip()]


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
    return f"{PREFIX}{key.upper()}: {first['msg'].removeprefix('Value error, ')}"


def _kept_secret(data_dir: Path) -> str:
    path = data_dir / "secret.key"
    try:
        if not path.exists():
            _make_secret(path)
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(_explain_secret(data_dir, path, error)) from None
    if len(key) < SHORTEST_KEY:
        raise ConfigError(
            f"{path}: no key in it; put it back from a backup, or remove the file to get a new one"
        )
    return key


def _make_secret(path: Path) -> None:
    """Put a whole file in place or none: another process must never read half a secret."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}-{os.getpid()}-{secrets.token_hex(4)}")
    try:
        with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(fresh, path)  # unlike a rename it leaves the key of who was faster
    finally:
        fresh.unlink(missing_ok=True)


def _explain_secret(data_dir: Path, path: Path, error: Exception) -> str:
    if path.exists() or not isinstance(error, OSError):
        return f"{path}: cannot be read ({error}); mend its rights or put it back from a backup"
    return f"{data_dir}: not writable ({error.strerror}); choose another --dir or mend its rights"

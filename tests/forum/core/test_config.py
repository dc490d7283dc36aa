"""Settings: what does not hold is said in one line, and the secret is made once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from forum.core.config import load_config
from forum.core.errors import ConfigError

ADDRESS = "write it like https://forum.example.org"
DATABASE = "write it like postgresql+psycopg://user:password@host/name"
SENDER = "write it like forum@example.org, without a name"


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("PUBLIC_URL", "forum.example.org", ADDRESS),
        ("PUBLIC_URL", "javascript:alert(1)", ADDRESS),
        ("PUBLIC_URL", "https://", ADDRESS),
        ("PUBLIC_URL", "https://name:word@forum.example.org", ADDRESS),
        ("PUBLIC_URL", "https://forum.example.org/below", ADDRESS),
        ("DATABASE_URL", "nonsense", DATABASE),
        ("DATABASE_URL", "mysql://x/y", DATABASE),
        ("REDIS_URL", "nonsense", "write it like redis://host:6379/0"),
        ("TIMEZONE", "Mars/Base", "no such time zone; write it like Europe/Berlin"),
        ("MAIL_FROM", "Forum <forum@example.org>", SENDER),
        ("MAIL_FROM", "forum@example.org\nBcc: all@example.org", SENDER),
        ("SECRET_KEY", "short", "use at least 16 characters nobody can guess"),
    ],
)
def test_what_does_not_hold_is_said_with_an_example(
    data_dir: Path, setting: str, value: str, said: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        load_config(data_dir, {f"FORUM_{setting}": value})
    assert refused.value.message == f"FORUM_{setting}: {said}"


def test_an_address_is_taken_without_its_last_slash(data_dir: Path) -> None:
    config = load_config(data_dir, {"FORUM_PUBLIC_URL": "https://forum.example.org/"})
    assert config.public_url == "https://forum.example.org"


def test_the_secret_is_made_once_and_for_its_owner_only(data_dir: Path) -> None:
    first = load_config(data_dir, {}).secret_key.get_secret_value()
    assert len(first) == 64
    assert load_config(data_dir, {}).secret_key.get_secret_value() == first
    assert [path.name for path in data_dir.iterdir()] == ["secret.key"]
    assert (data_dir / "secret.key").stat().st_mode & 0o777 == 0o600


def test_who_comes_at_the_same_moment_reads_the_same_secret(tmp_path: Path) -> None:
    def load(number: int) -> tuple[int, str]:
        place = number // 10
        config = load_config(tmp_path / str(place), {})
        return place, config.secret_key.get_secret_value()

    with ThreadPoolExecutor(10) as pool:
        found = set(pool.map(load, range(200)))
    assert len(found) == 20
    assert all(len(key) == 64 for _place, key in found)


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"\xff\xfe" * 20])
def test_a_spoilt_secret_stops_the_start(data_dir: Path, content: bytes) -> None:
    """With an empty key everybody could sign what only the forum may sign."""
    data_dir.mkdir()
    path = data_dir / "secret.key"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refused:
        load_config(data_dir, {})
    assert refused.value.message.startswith(f"{path}: ")
    assert "\n" not in refused.value.message
    assert path.read_bytes() == content


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError) as refused:
        load_config(tmp_path / "file" / "data", {})
    assert refused.value.message == (
        f"{tmp_path}/file/data: not writable (Not a directory); "
        "choose another --dir or mend its rights"
    )

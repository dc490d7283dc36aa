"""What the repository as a whole must not hold."""

from __future__ import annotations

import re

import pytest

from tests.architecture.tree import ROOT, list_tracked_files

# Installations choose their own registries and mirrors; pages load nothing from elsewhere.
HOSTS = re.compile(
    "|".join(
        re.escape(name.replace("~", "."))
        for name in (
            "pypi~org",
            "pythonhosted~org",
            "npmjs~org",
            "npmjs~com",
            "yarnpkg~com",
            "unpkg~com",
            "jsdelivr~net",
            "cdnjs~",
            "fonts~googleapis",
        )
    )
)
OPTIONS = re.compile(r"--(extra-)?index-url|--find-links|--registry\b")
BINARY = (".png", ".jpg", ".webp", ".woff2", ".ico", ".mo", ".gz", ".zip")


def find_hosts(text: str) -> list[str]:
    """Return the registry hosts and options that a text names."""
    found = [match.group() for match in HOSTS.finditer(text)]
    return found + [match.group() for match in OPTIONS.finditer(text)]


def test_no_file_names_a_registry() -> None:
    own = "tests/architecture/test_repository.py"
    files = [path for path in list_tracked_files() if not path.endswith(BINARY) and path != own]
    faults = {path: find_hosts((ROOT / path).read_text("utf-8")) for path in files}
    assert {path: found for path, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    "sample", ["https://registry.npmjs.org/x", "pip --index-url x", "https://cdn.jsdelivr.net/x"]
)
def test_registry_is_caught(sample: str) -> None:
    assert len(find_hosts(sample)) == 1


def test_no_built_file_is_tracked() -> None:
    built = (".mo", ".pyc", ".db", ".log")
    assert [path for path in list_tracked_files() if path.endswith(built)] == []


def test_pictures_are_small_and_those_of_the_readme() -> None:
    shown = re.findall(r"\]\((docs/pictures/[^)]+)\)", (ROOT / "README.md").read_text("utf-8"))
    there = {
        path: (ROOT / path).stat().st_size
        for path in list_tracked_files()
        if path.startswith("docs/pictures/")
    }
    assert sorted(there) == sorted(shown)
    assert {path: size for path, size in there.items() if size >= 200_000} == {}

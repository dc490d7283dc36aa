"""The file of an exported area: a zip of lines of JSON, written as they come, and a manifest."""

from __future__ import annotations

import hashlib
import json
import re
import zipfile
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Bundle:
    """A zip that is being written; memory holds one record and the list of parts."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.parts: dict[str, dict[str, object]] = {}

    def close(self, **head: object) -> None:
        """Write the manifest: what is in the bundle, how much, with which hash."""
        told = {"format": FORMAT, **head, "parts": self.parts}
        self._archive.writestr(MANIFEST, json.dumps(told, indent=1, ensure_ascii=False))

    def write(self, path: str, records: Iterable[Mapping[str, object]]) -> int:
        """Write one part line by line and note it for the manifest.

        Errors: ValueError for a part that is there already.
        """
        path = f"{path}.ndjson"
        if path in self.parts:
            raise ValueError(f"{path} was written already")
        count, digest = 0, hashlib.sha256()
        with self._archive.open(path, "w", force_zip64=True) as file:
            for record in records:
                line = json.dumps(dict(record), default=_to_json, ensure_ascii=False).encode()
                digest.update(line + b"\n")
                file.write(line + b"\n")
                count += 1
        self.parts[path] = {"records": count, "sha256": digest.hexdigest()}
        return count


class Part:
    """`forum.plugin.types.AreaBundle` for one feature or plugin: a folder of the bundle."""

    def __init__(self, bundle: Bundle, folder: str) -> None:
        self._bundle = bundle
        self._folder = folder

    def write(self, name: str, records: Iterable[Mapping[str, object]]) -> int:
        """Write records to `<folder>/<name>.ndjson`.

        Errors: ValueError for a name that is no name or was written already.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a part: small letters, digits, underscores")
        return self._bundle.write(f"{self._folder}/{name}", records)


def _to_json(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no value of JSON")

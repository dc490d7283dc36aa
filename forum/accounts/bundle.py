"""A person's data as one file: a zip with a readable page, a file per part, the own picture."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from typing import Final

from forum.core import clock
from forum.plugin.types import ExportPart
from forum.web.i18n import locale
from forum.web.render import renderer

SHOWN: Final = 200
"""Records of a part on the readable page; its own file holds all."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part as the readable page shows it."""

    title: str
    file: str
    count: int
    records: Sequence[Mapping[str, object]]


def write_bundle(parts: Mapping[str, Sequence[ExportPart]], *, picture: bytes | None) -> bytes:
    """Return the zip; `parts` by who keeps them. Call it in the person's language.

    Cost: the whole file in memory, about a third of the texts in it.
    """
    now = clock.now()
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        sections = []
        for keeper, given in parts.items():
            for part in given:
                file = f"{keeper}/{part.name}.json"
                _write(bundle, file, now, json.dumps(part.records, ensure_ascii=False, indent=1))
                title = part.title or f"{keeper}: {part.name}"
                sections.append(Section(title, file, len(part.records), part.records[:SHOWN]))
        if picture is not None:
            _write(bundle, "picture.webp", now, picture)
        page = renderer().environment("").get_template("accounts/data/bundle.html")
        html = page.render(
            lang=locale(), at=now, sections=sections, picture=picture is not None, shown=SHOWN
        )
        _write(bundle, "index.html", now, html)
    return out.getvalue()


def _write(bundle: zipfile.ZipFile, name: str, at: datetime, content: str | bytes) -> None:
    entry = zipfile.ZipInfo(name, at.timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    bundle.writestr(entry, content)

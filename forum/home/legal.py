"""The pages an operator writes: files in `pages/` of the data directory, as Markdown.

`impressum.md`, or `impressum.en.md` for those who read English; what is missing says so itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from markupsafe import Markup

from forum.core.config import current_config
from forum.core.health import Finding
from forum.markup import TooLong, render
from forum.web.i18n import lazy_gettext as _l

FOLDER: Final = "pages"


@dataclass(frozen=True, slots=True)
class LegalPage:
    """A page every site owes its readers: its name, and what the operator has to write there."""

    name: str
    title: object
    duty: object


LEGAL_PAGES: Final[Mapping[str, LegalPage]] = {
    page.name: page
    for page in (
        LegalPage(
            "impressum",
            _l("Impressum"),
            _l("Wer dieses Forum betreibt, mit Anschrift, Vertretung und Kontakt (§ 5 DDG)."),
        ),
        LegalPage(
            "datenschutz",
            _l("Datenschutz"),
            _l(
                "Welche Daten wozu verarbeitet werden, wie lange, auf welcher Grundlage und wer "
                "dafür Auskunft gibt (Art. 13 DSGVO)."
            ),
        ),
        LegalPage(
            "barrierefreiheit",
            _l("Barrierefreiheit"),
            _l(
                "Wie zugänglich dieses Forum ist, was noch fehlt, wo man Barrieren meldet und wer "
                "im Streit schlichtet."
            ),
        ),
    )
}


def find_text(name: str, language: str) -> Markup | None:
    """Return a page as HTML, in this language when there is such a file; None when it is missing.

    Cost: one look at a file; rendered once per change.
    """
    for file in (f"{name}.{language}.md", f"{name}.md"):
        path = current_config().data_dir / FOLDER / file
        try:
            found = path.stat()
            return _render(path, (found.st_mtime_ns, found.st_size))
        except (OSError, UnicodeDecodeError, TooLong):
            continue
    return None


@lru_cache(maxsize=16)
def _render(path: Path, _state: tuple[int, int]) -> Markup:
    return Markup(render(path.read_text("utf-8")).html)  # noqa: S704 – sanitised


def check_pages() -> list[Finding]:
    """Tell `forum check` which of the pages are still to be written."""
    folder = current_config().data_dir / FOLDER
    missing = [name for name in LEGAL_PAGES if not (folder / f"{name}.md").is_file()]
    if not missing:
        return [Finding("ok", "imprint, privacy and accessibility pages are written")]
    files = ", ".join(str(folder / f"{name}.md") for name in missing)
    return [Finding("hint", "pages that the law asks for are missing", f"write {files}")]

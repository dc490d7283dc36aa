"""Rules on personal data: declared, handed over whole, and gone when the member goes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Final

import sqlalchemy as sa

from forum.accounts.operations import Farewell, erase_user
from forum.core.database import db, unit
from forum.core.services import service
from forum.plugin import ExportPart, Texts
from forum.search.index import Index, Reach, Words
from forum.testing.kit.rule import Breach
from forum.testing.kit.schema import list_user_columns
from forum.testing.kit.subject import Subject
from forum.testing.kit.world import LEAVER, LEAVING_NAME
from forum.web.i18n import speaking

WAYS: Final[tuple[Texts, ...]] = ("keep", "delete")


def check_declared(subject: Subject) -> Iterator[Breach]:
    """Compare the manifest with the tables: what names a member is in the record of processing."""
    declared = {entry.table for entry in subject.manifest.personal_data}
    for table, column in list_user_columns(subject):
        if table not in declared:
            yield Breach(f"table {table}", f"{column} names members, personal_data does not say so")
    for table in sorted(declared - set(subject.list_tables())):
        yield Breach(f"table {table}", "personal_data names it, there is no such table")


def check_export(subject: Subject) -> Iterator[Breach]:
    """Hand a member's data over: whatever the tables hold of them has to be in it."""
    user_id = subject.world.people["leaver"]
    kept = {*_list_words(subject, LEAVER), *_list_references(subject, user_id)}
    given = _export(subject, user_id)
    text = json.dumps([part.records for part in given], ensure_ascii=False)
    for table in sorted(kept):
        if not any(part.records for part in given):
            yield Breach("export", f"{table} holds rows of the member, the export is empty")
    for table in _list_words(subject, LEAVER):
        if LEAVER not in text:
            yield Breach("export", f"{table} holds what the member wrote, the export does not")


def _export(subject: Subject, user_id: int) -> list[ExportPart]:
    with subject.app.app_context(), unit(), speaking("de"):
        given = service("dispatcher").everywhere.export_user(user_id)
    return [part for plugin, parts in given if plugin == subject.name for part in parts]


def check_erasure(subject: Subject) -> Iterator[Breach]:
    """Let a member go, with the texts and without: nothing names them, no text is left.

    Looked at are the plugin's tables, the core's (what a plugin lets it keep), index and files.
    """
    world = subject.world
    user_id = world.people["leaver"]
    for texts in WAYS:
        with subject.app.app_context(), unit():
            erase_user(user_id, Farewell(texts=texts))
        world.work()
        for table in _list_references(subject, user_id):
            yield Breach(f"table {table}", f"still names the member (texts: {texts})")
        # With their texts kept, members' own words stay in posts and titles, not their names.
        words = (LEAVING_NAME, LEAVER) if texts == "delete" else (LEAVING_NAME,)
        for word in words:
            for where in (*_list_words(subject, word, all_tables=True), *_list_kept(subject, word)):
                yield Breach(where, f"still holds {word} (texts: {texts})")
        subject.restore()


def _list_kept(subject: Subject, word: str) -> Iterator[str]:
    """Yield where a word stands beside the database: in the index, and in files."""
    world, name = subject.world, subject.name
    areas = [place.area.id for place in world.places]
    with subject.app.app_context():
        index: Index = service("search")
    reach = Reach(areas, {name: areas})
    if index.find(Words(words=(word,)), reach, order="newest", limit=1):
        yield "search index"
    for path in sorted((subject.directory / "uploads").rglob("*")):
        if path.is_file() and word.encode() in path.read_bytes().lower():
            yield f"file {path.name}"


def _list_references(subject: Subject, user_id: int) -> list[str]:
    """Return the plugin's tables with rows that refer to a member."""
    found = []
    with subject.app.app_context(), db.engines["read"].connect() as connection:
        for table, column in list_user_columns(subject):
            asked = sa.text(f'SELECT count(*) FROM "{table}" WHERE "{column}" = :user')
            if connection.execute(asked, {"user": user_id}).scalar_one():
                found.append(table)
    return sorted(set(found))


def _list_words(subject: Subject, word: str, *, all_tables: bool = False) -> list[str]:
    """Return the tables in which a word stands, the plugin's or all."""
    names = subject.list_tables(of_all=True) if all_tables else None
    return [
        f"table {table}" if all_tables else table
        for table, rows in subject.read_rows(names).items()
        if any(word in str(value).lower() for row in rows for value in row)
    ]

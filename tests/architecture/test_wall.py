"""Nothing but `unscoped` gets past the wall, and every use of it is listed here."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

import pytest

import forum.app  # noqa: F401
from forum.core import wall
from forum.core.database import Base
from tests.architecture.tree import Module, dotted, list_product_modules
from tests.architecture.unscoped import UNSCOPED

# Who may speak past the ORM: the wall itself, migrations, and the public test ground.
EXEMPT = ("forum/core/", "forum/migrations/", "forum/testing/")
BYPASSES = {"from_statement", "exec_driver_sql", "connection", "raw_connection"}
BULK = {"bulk_update_mappings", "bulk_insert_mappings", "bulk_save_objects"}

# File, what it uses, and why that is no way around; a stale entry fails the test.
ALLOWED: dict[str, dict[str, str]] = {
    "forum/discussions/operations/rows.py": {
        "__table__": "new rows, which no wall is asked about, past what the ORM prepares per call"
    },
    "forum/discussions/queries/lists.py": {
        "__table__": "ids of the last topics per own area, for a statement that is walled itself"
    },
    "forum/discussions/queries/posts.py": {
        "table": "other posts of a topic that the wall has let through with the first"
    },
}


def find_bypasses(module: Module) -> Iterator[str]:
    """Find what the criterion on the session does not see."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            if node.attr == "__table__" or node.attr in BYPASSES | BULK:
                yield node.attr
            elif node.attr in {"engine", "engines"} and dotted(node.value) in {"db", "database.db"}:
                yield "engine"
        elif isinstance(node, ast.Call):
            name = dotted(node.func)
            # Models write index conditions and defaults as text; they run nothing.
            if name in {"text", "sa.text", "sqlalchemy.text"} and module.stem != "models":
                yield "text"
            elif name in {"sa.table", "sqlalchemy.table"} and _names_bound_table(node):
                yield "table"


def _names_bound_table(call: ast.Call) -> bool:
    """A bare table is a way around only where the wall stands, or where one cannot tell."""
    first = call.args[0] if call.args else None
    return not isinstance(first, ast.Constant) or first.value in list_bound_tables()


@cache
def list_bound_tables() -> frozenset[str]:
    """Return the tables whose rows the wall hides from some."""
    mixins = (
        wall.AreaBound,
        wall.AreaRowBound,
        wall.TopicBound,
        wall.PostBound,
        wall.ParticipantBound,
    )
    mappers = Base.registry.mappers
    return frozenset(str(m.local_table) for m in mappers if issubclass(m.class_, mixins))


def find_unscoped(module: Module) -> Iterator[str]:
    """Find the reasons given to `unscoped`."""
    for call in sorted(module.calls(), key=lambda call: call.lineno):
        if dotted(call.func).rpartition(".")[2] == "unscoped":
            first = call.args[0] if call.args else None
            literal = isinstance(first, ast.Constant) and isinstance(first.value, str)
            yield first.value if literal else "(no literal reason)"  # type: ignore[union-attr]


def test_nothing_speaks_past_the_wall() -> None:
    found = {
        module.path: sorted(set(find_bypasses(module)))
        for module in list_product_modules()
        if not module.path.startswith(EXEMPT) and "/migrations/" not in module.path
    }
    assert {path: kinds for path, kinds in found.items() if kinds} == {
        path: sorted(kinds) for path, kinds in ALLOWED.items()
    }


def test_every_unscoped_is_listed() -> None:
    found = {module.path: list(find_unscoped(module)) for module in list_product_modules()}
    assert {path: reasons for path, reasons in found.items() if reasons} == UNSCOPED


@pytest.mark.parametrize(
    ("sample", "kind"),
    [
        ("session.execute(sa.text('select * from post'))", "text"),
        ("session.execute(Post.__table__.select())", "__table__"),
        ("session.scalars(sa.select(Post).from_statement(x))", "from_statement"),
        ("session.connection().execute(x)", "connection"),
        ("db.engines['read'].connect()", "engine"),
        ("sa.select(sa.table('post', sa.column('id')))", "table"),
        ("session.bulk_update_mappings(Post, rows)", "bulk_update_mappings"),
    ],
)
def test_bypass_is_caught(sample: str, kind: str) -> None:
    assert list(find_bypasses(Module("forum/x/queries.py", sample))) == [kind]


def test_bare_table_without_a_wall_is_no_bypass() -> None:
    sample = "sa.table('user', sa.column('id'))"
    assert list(find_bypasses(Module("forum/x/queries.py", sample))) == []


def test_condition_of_an_index_is_no_bypass() -> None:
    sample = "sa.Index('ix', 'a', postgresql_where=sa.text('a is null'))"
    assert list(find_bypasses(Module("forum/x/models.py", sample))) == []


def test_unscoped_without_a_literal_reason_is_caught() -> None:
    sample = "with unscoped('recount'): ...\nwith database.unscoped(why): ..."
    found = list(find_unscoped(Module("forum/x/tasks.py", sample)))
    assert found == ["recount", "(no literal reason)"]

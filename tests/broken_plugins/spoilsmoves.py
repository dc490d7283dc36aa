"""Changes rows when a topic moves, and then fails."""

from collections.abc import Mapping

import sqlalchemy as sa

from forum.api.data import db
from forum.plugin import AreaBundle, AreaRef, Manifest, TopicRef, hookimpl

manifest = Manifest(
    name="spoilsmoves", title="spoilsmoves", summary="Kaputt", core=">=1.0,<2", licence="MIT"
)


@hookimpl
def move_topic(topic: TopicRef, source: AreaRef, target: AreaRef) -> None:
    db.session.execute(sa.text("UPDATE topic SET title = 'Kaputt'"))
    raise ZeroDivisionError("kaputt")


@hookimpl
def move_area() -> None:
    db.session.execute(sa.text("UPDATE area SET name = 'Kaputt'"))
    raise ZeroDivisionError("kaputt")


@hookimpl
def delete_area() -> None:
    db.session.execute(sa.text("DELETE FROM post"))
    raise ZeroDivisionError("kaputt")


@hookimpl
def export_area(bundle: AreaBundle) -> None:
    bundle.write("half", ({"n": 1 // (2 - n)} for n in range(5)))


@hookimpl
def copy_area() -> Mapping[str, int]:
    db.session.execute(sa.text("UPDATE area SET name = 'Kaputt'"))
    return {"spoilsmoves_rows": "viele"}  # type: ignore[dict-item]

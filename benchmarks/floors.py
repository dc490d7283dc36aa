"""The floors: what Flask and SQLAlchemy Core can do at best on this machine, same server.

`constant` answers a 40 kB string, `core` three range statements for 20 posts of 1.5 kB and one
template of 40 kB.
"""

from __future__ import annotations

import sys
from typing import Any

import sqlalchemy as sa
from flask import Flask

from forum.core.webserver import serve_web

PAGE_BYTES = 40_000
POST_BYTES = 1_500
POSTS = 20

metadata = sa.MetaData()
topic = sa.Table(
    "floor_topic",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("title", sa.String(160)),
)
post = sa.Table(
    "floor_post",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("topic_id", sa.Integer, index=True),
    sa.Column("author_id", sa.Integer),
    sa.Column("html", sa.Text),
)
author = sa.Table(
    "floor_author",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80)),
)

_TOPIC = sa.select(topic.c.id, topic.c.title).where(topic.c.id == sa.bindparam("id"))
_POSTS = (
    sa.select(post.c.id, post.c.author_id, post.c.html)
    .where(post.c.topic_id == sa.bindparam("id"))
    .order_by(post.c.id)
    .limit(POSTS)
)
_AUTHORS = sa.select(author.c.id, author.c.name).where(
    author.c.id.in_(sa.bindparam("ids", expanding=True))
)
_TEMPLATE = (
    "<!doctype html><title>{{ topic.title }}</title>{% for p in posts %}<article><h3>"
    "{{ names[p.author_id] }}</h3>{{ p.html|safe }}</article>{% endfor %}"
)


def fill(url: str) -> None:
    """Make the tables of the `core` floor and fill them."""
    engine = sa.create_engine(url)
    metadata.drop_all(engine)
    metadata.create_all(engine)
    with engine.begin() as connection:
        connection.execute(sa.insert(topic), [{"id": n, "title": f"T{n}"} for n in range(1, 101)])
        connection.execute(sa.insert(author), [{"id": n, "name": f"A{n}"} for n in range(1, 201)])
        connection.execute(
            sa.insert(post),
            [
                {
                    "id": n,
                    "topic_id": 1 + n // 200,
                    "author_id": 1 + n % 200,
                    "html": "<p>" + "x" * (POST_BYTES - 7) + "</p>",
                }
                for n in range(1, 20_000)
            ],
        )
    engine.dispose()


def make_app(url: str) -> Flask:
    """Build the app of both floors."""
    app = Flask("floors")
    engine = sa.create_engine(url, pool_size=8)
    text = "x" * PAGE_BYTES
    template = app.jinja_env.from_string(_TEMPLATE)

    @app.get("/constant")
    def constant() -> str:
        return text

    @app.get("/core/<int:topic_id>")
    def core(topic_id: int) -> str:
        with engine.connect() as connection:
            found: Any = connection.execute(_TOPIC, {"id": topic_id}).one()
            posts = connection.execute(_POSTS, {"id": topic_id}).all()
            people = connection.execute(_AUTHORS, {"ids": [row.author_id for row in posts]})
            names = {row.id: row.name for row in people}
        body = template.render(topic=found, posts=posts, names=names)
        return body + "x" * (PAGE_BYTES - len(body))

    return app


if __name__ == "__main__":
    database_url, listen_port, workers = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    serve_web(
        lambda: make_app(database_url).wsgi_app,
        "127.0.0.1",
        listen_port,
        workers=workers,
        timeout=60,
    )

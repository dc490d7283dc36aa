"""forum search: ask the index as a member would."""

from __future__ import annotations

import json
from pathlib import Path

import click

from forum.accounts.queries import find_user_id
from forum.cli.opening import dir_option, open_site
from forum.core.database import read_unit
from forum.core.wall import Viewer, bind_viewer
from forum.search.queries import SearchHit, search_posts


@click.command("search", epilog="Example: forum search Förderantrag --dir data --as a@example.org")
@click.argument("query")
@dir_option
@click.option("--as", "email", required=True, help="Mail address of the member who asks.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(query: str, data_dir: Path, email: str, as_json: bool) -> None:
    """Print what a member finds: first page, best hits first."""
    app = open_site(data_dir)
    with app.app_context(), read_unit():
        user_id = find_user_id(email)
        if user_id is None:
            raise click.UsageError(f"no active member has the address {email}.")
        viewer = Viewer(user_id)
        bind_viewer(viewer)
        result = search_posts(viewer, query)
    hits = [_to_dict(hit) for hit in result.hits]
    if as_json:
        click.echo(json.dumps({"total": result.total, "hits": hits}, ensure_ascii=False))
        return
    click.echo(f"{result.total} hits")
    for hit in hits:
        click.echo(f"{hit['area']}: {hit['title']}\n    {hit['snippet']}")


def _to_dict(hit: SearchHit) -> dict[str, object]:
    return {
        "topic": hit.post.topic_id,
        "post": hit.post.post_id,
        "area": hit.area.url.split("/")[2],
        "title": hit.post.title,
        "snippet": hit.snippet.striptags(),
    }

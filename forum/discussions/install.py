"""Puts discussions on an app: pages, and what is new beside the own areas of the frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import Flask

from forum.accounts.keepers import Keeper, add_keeper
from forum.areas.keepers import AreaKeeper, add_area_keeper
from forum.areas.routing import current_standing
from forum.core.wall import Viewer
from forum.discussions.operations.bundling import bundle_talk
from forum.discussions.operations.merging import merge_talk
from forum.discussions.operations.privacy import erase_texts
from forum.discussions.operations.purging import hold_topics, purge_talk
from forum.discussions.queries import count_unread_by_area
from forum.discussions.queries.own import list_talk_parts
from forum.discussions.views import area_pages, blueprint
from forum.discussions.views.areas import home
from forum.web.frame import AreaLink, parts


def install_discussions(app: Flask) -> None:
    """Wire discussions; called after areas, whose part of the frame gets its counts here."""
    app.register_blueprint(blueprint)
    add_keeper(
        app, Keeper(name="discussions", export=list_talk_parts, erase=erase_texts, merge=merge_talk)
    )
    add_area_keeper(
        app, AreaKeeper(name="discussions", hold=hold_topics, delete=purge_talk, export=bundle_talk)
    )
    app.register_blueprint(area_pages)
    app.extensions["forum"]["area_home"] = home
    frame = parts(app)
    own_areas = frame.own_areas
    if own_areas is None:
        return

    def with_news(user_id: int | None) -> Sequence[AreaLink]:
        links = own_areas(user_id)
        if user_id is None:
            return links
        ids = {area.slug: area.id for area in current_standing().areas}
        news = count_unread_by_area(Viewer(user_id), ids.values())
        return [replace(link, new=news.get(ids.get(link.slug, 0), 0)) for link in links]

    frame.own_areas = with_news

"""The search page: one form, checked hits, everything in the address."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, request

from forum.core import limits
from forum.core.wall import current_viewer
from forum.search.index import Order
from forum.search.queries import SearchResult, search_posts
from forum.web.incoming import count_use, read_number
from forum.web.render import render

LAST_PAGE = 100

blueprint = Blueprint("search", __name__)


@blueprint.get("/search")
def search() -> str:
    """Show the form and, when something was asked, what was found."""
    text = request.args.get("q", "")[: limits.QUERY].strip()
    order: Order = "newest" if request.args.get("order") == "newest" else "relevance"
    page = _page(request.args.get("page", "1"))
    if text:
        _count()
    kind = request.args.get("kind", "")[: limits.HANDLE]
    if not text:
        kind = ""
    result = search_posts(current_viewer(), text, order=order, kind=kind, page=page)
    return render(
        "search/results.html",
        text=text,
        order=order,
        result=result,
        older=_address(text, order, page + 1, kind) if _has_next(result, page) else None,
        newer=_address(text, order, page - 1, kind) if page > 1 else None,
        orders=[
            (value, _address(text, value, 1, kind), value == order)
            for value in ("relevance", "newest")
        ],
        kind=kind,
        every_kind=_address(text, order, 1),
        kinds=[(found, _address(text, order, 1, found.kind)) for found in result.kinds],
    )


def _count() -> None:
    user_id = current_viewer().user_id
    if user_id is None:
        count_use("search.anonymous", f"ip:{request.remote_addr}")
    else:
        count_use("search", f"user:{user_id}")


def _page(value: str) -> int:
    return max(read_number(value, most=LAST_PAGE) or 1, 1)


def _has_next(result: SearchResult, page: int) -> bool:
    return page * limits.PAGE_TOPICS < result.total


def _address(text: str, order: str, page: int, kind: str = "") -> str:
    query = {"q": text}
    if order != "relevance":
        query["order"] = order
    if kind:
        query["kind"] = kind
    if page > 1:
        query["page"] = str(page)
    return f"/search?{urlencode(query)}"

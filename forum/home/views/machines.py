"""What is read by machines: load balancers ask for health, search engines for the public pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from xml.sax.saxutils import escape

from flask import Response, stream_with_context

from forum.core.health import list_obstacles
from forum.home.queries import list_public_pages
from forum.home.views.blueprint import blueprint
from forum.web.mails import site_url

# Pages about persons, searches and forms are no business of search engines.
_PRIVATE: Final = (
    "/admin/",
    "/login",
    "/mentions",
    "/notifications",
    "/password/",
    "/preview",
    "/register",
    "/search",
    "/settings/",
    "/setup",
    "/u/",
)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Say that this process answers; asks nobody else."""
    return _plain("ok")


@blueprint.get("/readyz")
def readyz() -> Response:
    """Say whether this process should get requests, and why not."""
    obstacles = list_obstacles()
    return _plain("\n".join(obstacles), 503) if obstacles else _plain("ready")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Lead search engines to the public pages only."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in _PRIVATE)]
    return _plain("\n".join([*lines, f"Sitemap: {site_url('/sitemap.xml')}"]))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """List the public pages for search engines, whoever asks."""
    return Response(stream_with_context(_write_sitemap()), mimetype="application/xml")


def _write_sitemap() -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    for page in list_public_pages():
        changed = f"<lastmod>{page.at:%Y-%m-%dT%H:%M:%SZ}</lastmod>" if page.at else ""
        yield f"<url><loc>{escape(site_url(page.path))}</loc>{changed}</url>\n"
    yield "</urlset>\n"


def _plain(text: str, status: int = 200) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")

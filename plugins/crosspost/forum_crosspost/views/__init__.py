"""The pages of the plugin: runs and names, sources and results."""

from forum.plugin import AreaRoutes
from forum_crosspost.views import files, runs, sources
from forum_crosspost.views.runs import MANAGE
from forum_crosspost.views.sources import RESULTS

ROUTES = AreaRoutes((*runs.ROUTES, *files.ROUTES, *sources.ROUTES))

__all__ = ["MANAGE", "RESULTS", "ROUTES"]

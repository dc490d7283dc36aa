"""Pages of the site as a whole; each module registers its own on the blueprint."""

from forum.home.views import directory, machines, operator, pages, start
from forum.home.views.blueprint import blueprint

__all__ = ["blueprint", "directory", "machines", "operator", "pages", "start"]

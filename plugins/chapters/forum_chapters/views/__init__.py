"""The pages of branches: HTTP in and out. The core has found area, state and permission before."""

from forum_chapters.views.routes import HOSTS, ROUTES

__all__ = ["HOSTS", "ROUTES"]

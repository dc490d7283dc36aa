"""Alembic's entry for every lineage, the core's and the plugins'; see `forum.core.migrations`."""

from alembic import context

from forum.core.migrations import run_environment

run_environment(context)

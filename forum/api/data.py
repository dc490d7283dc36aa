"""What importers write with: posts in bulk, and authors who are known from outside only."""

from forum.accounts.operations import create_ghosts
from forum.discussions.operations import ImportOutcome, ImportRecord, import_batch

__all__ = ["ImportOutcome", "ImportRecord", "create_ghosts", "import_batch"]

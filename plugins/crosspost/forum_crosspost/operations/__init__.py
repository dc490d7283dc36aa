"""What the plugin writes: imports batch by batch, and what becomes of people's data."""

from forum_crosspost.operations.importing import run_import
from forum_crosspost.operations.privacy import erase_person, export_person, merge_person

__all__ = ["erase_person", "export_person", "merge_person", "run_import"]

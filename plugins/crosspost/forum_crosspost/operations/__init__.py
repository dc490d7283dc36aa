"""What the plugin writes: imports batch by batch, their undoing, claims, people's data."""

from forum_crosspost.operations.claiming import claim_author, object_to_name, return_author
from forum_crosspost.operations.importing import run_import
from forum_crosspost.operations.privacy import erase_person, export_person, merge_person
from forum_crosspost.operations.results import NewResult, add_result
from forum_crosspost.operations.undoing import Undone, undo_run

__all__ = [
    "NewResult",
    "Undone",
    "add_result",
    "claim_author",
    "erase_person",
    "export_person",
    "merge_person",
    "object_to_name",
    "return_author",
    "run_import",
    "undo_run",
]

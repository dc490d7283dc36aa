"""What `export_area` writes to; core fills the protocol."""

from collections.abc import Iterable, Mapping
from typing import Protocol


class AreaBundle(Protocol):
    """The calling plugin's part of an area's bundle while it is written."""

    def write(self, name: str, records: Iterable[Mapping[str, object]]) -> int:
        """Write records as they come, a line of JSON each, to a file of this name; count them.

        JSON values, dates and times only. Records are taken one by one, so give an iterator that
        reads in pieces, never a list of everything. A name is written once: ValueError.
        """

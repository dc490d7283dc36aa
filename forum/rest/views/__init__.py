"""What the endpoints do: read by the queries of the pages, write by their operations."""

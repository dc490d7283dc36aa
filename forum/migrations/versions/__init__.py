"""The migrations of the core, in order; the first one makes the schema."""

"""The public REST API: what programs may do, by the same operations and rules as the pages."""

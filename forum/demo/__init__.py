"""The demo federation: deterministic content that shows what the forum can do."""

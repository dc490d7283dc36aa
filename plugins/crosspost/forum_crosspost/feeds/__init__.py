"""Feeds (RSS, Atom, JSON Feed): bytes to items, items to messages. No database, no network."""

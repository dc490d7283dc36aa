"""All that a plugin may import besides `forum.plugin` (and `forum.testing`): re-exports, no logic.

`data` for tables, queries, rules and operations, `web` for views and forms, `jobs` for work later.
"""

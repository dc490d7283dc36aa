"""Full-text search: what is written is indexed by the worker, what is found is checked again.

A built-in plugin: it listens to the event log through the same hook as every other plugin.
"""

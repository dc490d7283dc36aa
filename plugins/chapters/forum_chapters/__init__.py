"""Chapters: regional sub-sites of branches, under one roof."""

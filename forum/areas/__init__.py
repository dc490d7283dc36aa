"""The area tree: who sees it, who acts in it, which plugins run in it."""

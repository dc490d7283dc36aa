"""Parser rules of our own: inline, block and core rules in the parser library's sense."""

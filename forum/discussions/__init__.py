"""Topics and posts, and what members do with them."""

"""Outside discussions as normal topics, with where they came from and who wrote them."""

"""A plugin whose pages work while its commands cannot be imported."""

"""Reads what WordPress exports (Tools → Export): WXR, an RSS file with posts and comments."""

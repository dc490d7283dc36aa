"""Digests: what members missed, by the channel and at the pace they choose."""

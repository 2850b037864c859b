"""Propose organisations that may stand in the registry twice, and dismiss pairs that do not."""

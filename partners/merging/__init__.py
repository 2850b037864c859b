"""Merge two organisations that turn out to be the same: preview, handlers of references, and the merge itself."""

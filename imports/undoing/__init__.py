"""Undo an import: what goes, what goes back, what stays."""

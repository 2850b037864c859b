"""The help page and the accessibility statement, for everybody."""

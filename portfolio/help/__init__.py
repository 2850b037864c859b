"""The help page and the accessibility statement, without signing in."""

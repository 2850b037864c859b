"""Plain data about a file and an import, as it is kept for the pages."""

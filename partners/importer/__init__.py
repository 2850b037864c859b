"""From the bytes of a file to what would change in the registry; ``partners.actions`` does the writing."""

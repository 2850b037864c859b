"""Show the registry as a list: filtered, counted, saved as a view, exported, and changed in bulk."""

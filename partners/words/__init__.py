"""Tags and themes, kept by administrators: renamed, joined, removed."""

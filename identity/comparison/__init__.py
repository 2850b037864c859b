"""Put identities beside each other: those of several organisations, or two versions of one."""

"""Move the identity and the conversations of an organisation that is merged into another."""

"""Move evaluation rounds of an organisation that is merged into another."""

"""Move participations, roles, decisions and actions of an organisation that is merged into another."""

"""Delete an organisation that nothing refers to."""

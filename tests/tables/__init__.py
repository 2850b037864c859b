"""The tables of the test database: emptied where a test really committed, and filled from a copy."""

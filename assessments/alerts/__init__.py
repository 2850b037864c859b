"""The alerts about evaluations: one that is due, rounds that need a person, mail that does not arrive."""

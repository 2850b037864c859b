"""The culture scales: their numbers, what they are called, and their picture."""

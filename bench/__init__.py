"""Measurements of the most used pages, beside a floor; `make bench` runs them, README.md explains them."""

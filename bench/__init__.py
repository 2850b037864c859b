"""Measurements of the pages people use most, beside a floor; `make bench` runs them, README.md explains them."""

"""Database backend that brings its own PostgreSQL server, started at the first connection."""

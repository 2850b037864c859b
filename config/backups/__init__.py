"""Make a backup of the database, and restore one into a database that is new: ``manage.py backup``, ``restore``."""

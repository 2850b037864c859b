#!/usr/bin/env python
"""Django's command line for this project."""

import os
import sys

# The package config takes the production settings unless others are named.
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

from django.core.management import execute_from_command_line
from django.db import OperationalError

from config.startup import load_settings

if __name__ == "__main__":
    load_settings()
    try:
        execute_from_command_line(sys.argv)
    except OperationalError as error:
        if "--traceback" in sys.argv:
            raise
        sys.exit(f"The database does not answer: {' '.join(str(error).split())}")

"""Limit what a request may bring: the size of its body, files, and characters that can be stored."""

from common.incoming.uploads import MOST_UPLOADED, accepts_long_form, accepts_upload

__all__ = ["MOST_UPLOADED", "accepts_long_form", "accepts_upload"]

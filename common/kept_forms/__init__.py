"""Keep what was typed in a form whose session had ended, and give it back in the same form after signing in."""

"""Let the owner of a late action, who has no account, finish, move or answer it by the link in the reminder."""

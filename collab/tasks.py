from datetime import date

from collab.actions import refresh_missing_roles
from notifications.jobs import due_job


@due_job("roles_refreshed", order=5)
def roles_refreshed(today: date, dry_run: bool) -> int:
    """Record roles that ended or began because their day has come; return the number of collaborations changed."""
    return refresh_missing_roles(today=today, dry_run=dry_run)

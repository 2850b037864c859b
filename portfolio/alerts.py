"""The alerts of the dashboard, in words, across all collaborations."""

from dataclasses import dataclass
from datetime import date

from accounts.models import User
from collab.alerts.kinds import collaboration_page, kind_of, step_to_collaboration
from collab.alerts.reading import first_of_each_kind


@dataclass(frozen=True)
class DashboardAlert:
    """One alert as the dashboard shows it: the collaboration, the problem, and the one next step."""

    code: str
    tone: str
    name: str
    url: str
    text: str
    step: str
    step_url: str


def dashboard_alerts(user: User, today: date) -> list[DashboardAlert]:
    """Return the most pressing alerts, oldest first within their kind; at most 3 collaborations of a kind.

    The user may see the dashboard, and therefore every collaboration; a step that this user may not take becomes one to
    look at the collaboration.
    """
    alerts = []
    for row in first_of_each_kind(today):
        kind = kind_of(row)
        step = kind.brief_step(row)
        if step.perm and not user.has_perm(step.perm):
            step = step_to_collaboration(row)
        alerts.append(
            DashboardAlert(
                code=kind.key,
                tone=kind.tone(row, today),
                name=row.name,
                url=collaboration_page(row),
                text=kind.brief(row, today),
                step=step.label,
                step_url=step.url,
            )
        )
    return alerts

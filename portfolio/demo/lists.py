"""Saved views of the registry in the demo."""

from accounts.models import User
from partners.lists.actions import save_view

VIEWS = [
    ("Bibliotheken per plaats", "kind=library&sort=city", True),
    ("Bellijst", "status=active&columns=name&columns=city&columns=phone&columns=owner&columns=tags", True),
    ("Nog leren kennen", "status=prospect", False),
]


def add_views(coordinator: User) -> None:
    """Save two views that all colleagues see and one of the coordinator alone."""
    for name, query, is_shared in VIEWS:
        save_view(actor=coordinator, name=name, query=query, is_shared=is_shared)

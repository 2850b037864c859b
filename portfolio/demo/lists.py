"""Ways to look at the registry, in the demo."""

from accounts.models import User
from partners import actions as partners

VIEWS = [
    ("Bibliotheken per plaats", "kind=library&sort=city", True),
    ("Bellijst", "status=active&columns=name&columns=city&columns=phone&columns=owner&columns=tags", True),
    ("Nog leren kennen", "status=prospect", False),
]


def add_views(coordinator: User) -> None:
    """Two that all colleagues see, one of the coordinator alone."""
    for name, query, is_shared in VIEWS:
        partners.save_view(actor=coordinator, name=name, query=query, is_shared=is_shared)

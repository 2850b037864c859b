from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser

from notifications.models import OutgoingMail
from tests.factories.accounts import AdministratorFactory, CoordinatorFactory, ManagerFactory, UserFactory
from tests.factories.notifications import OutgoingMailFactory
from tests.factories.partners import PartnerUserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("make", "reads", "tries_again"),
    [
        (AnonymousUser, False, False),
        (UserFactory, False, False),
        (PartnerUserFactory, False, False),
        (ManagerFactory, True, False),
        (CoordinatorFactory, True, True),
        (AdministratorFactory, True, True),
    ],
)
def test_who_may_read_mail_is_who_sees_it(make: Callable, reads: bool, tries_again: bool) -> None:
    mail, user = OutgoingMailFactory(), make()

    assert user.has_perm("notifications.view_mail", mail) is reads
    assert list(OutgoingMail.objects.visible_to(user)) == ([mail] if reads else [])
    assert user.has_perm("notifications.retry_mail", mail) is tries_again

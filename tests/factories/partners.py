from typing import Any

import factory

from accounts.models import User
from partners.enums import OrganisationStatus
from partners.models import (
    Contact,
    Organisation,
    Tag,
    Theme,
)
from tests.factories.accounts import UserFactory


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    """A partner we work with."""

    name = factory.Sequence(lambda n: f"Organisation {n:03}")
    status = OrganisationStatus.ACTIVE
    city = "Utrecht"
    country = "NL"

    class Meta:
        model = Organisation


class HostFactory(OrganisationFactory):
    """The one host organisation: made at the first call, the same one after that."""

    name = "Stichting Samen"
    is_host = True

    class Meta:
        django_get_or_create = ("is_host",)


class ContactFactory(factory.django.DjangoModelFactory[Contact]):
    """A contact at a partner, without an account."""

    organisation = factory.SubFactory(OrganisationFactory)
    name = factory.Sequence(lambda n: f"Contact {n:03}")
    email = factory.Sequence(lambda n: f"contact{n}@example.org")
    language = "en"

    class Meta:
        model = Contact


class PartnerUserFactory(UserFactory):
    """The account of an active contact; ``organisation=…`` says where, else at a partner of its own."""

    name = factory.Sequence(lambda n: f"Partner {n}")
    organisation = factory.SubFactory(OrganisationFactory)

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, organisation: Organisation, **fields: Any) -> User:  # type: ignore[override]
        user = super()._create(model_class, *args, **fields)
        details = {"name": user.name, "email": user.email, "language": user.language}
        ContactFactory(organisation=organisation, user=user, **details)
        return user


class TagFactory(factory.django.DjangoModelFactory[Tag]):
    name = factory.Sequence(lambda n: f"Tag {n:02}")

    class Meta:
        model = Tag


class ThemeFactory(factory.django.DjangoModelFactory[Theme]):
    name = factory.Sequence(lambda n: f"Theme {n:02}")

    class Meta:
        model = Theme

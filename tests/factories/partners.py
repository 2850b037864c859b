from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from accounts.models import User
from common.visibility import Visibility
from partners.enums import ImportStatus, OrganisationStatus, RowOutcome
from partners.importer.report import ImportReport
from partners.models import (
    Contact,
    IdentityConversation,
    IdentityProfile,
    IdentityView,
    ImportRow,
    Organisation,
    OrganisationImport,
    Tag,
    Theme,
)
from tests.factories.accounts import CoordinatorFactory, UserFactory


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
    """Somebody at a partner, without an account."""

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


class ImportRowFactory(factory.django.DjangoModelFactory[ImportRow]):
    """A row that would bring in one organisation."""

    line = 2
    outcome = RowOutcome.CREATED
    name = "Aurora"
    values = factory.LazyFunction(lambda: {"external_id": "1", "name": "Aurora"})
    original = factory.LazyFunction(lambda: ["1", "Aurora"])

    class Meta:
        model = ImportRow


class OrganisationImportFactory(factory.django.DjangoModelFactory[OrganisationImport]):
    """An uploaded file that would bring in one organisation, with its preview."""

    owner = factory.SubFactory(CoordinatorFactory)
    file_name = "partners.csv"
    data = b"orgId,name\n1,Aurora\n"
    header = factory.LazyFunction(lambda: ["orgId", "name"])
    fields = factory.LazyFunction(lambda: ["external_id", "name"])
    key = "external_id"
    status = ImportStatus.PREVIEW
    report = factory.LazyFunction(lambda: ImportReport(created=1).stored())
    row = factory.RelatedFactory(ImportRowFactory, factory_related_name="upload")

    class Meta:
        model = OrganisationImport
        skip_postgeneration_save = True


class IdentityProfileFactory(factory.django.DjangoModelFactory[IdentityProfile]):
    """What a partner published about itself; ``draft=True`` was not published yet."""

    organisation = factory.SubFactory(OrganisationFactory)
    version = 1
    who_we_are = "We read with people."
    ideas_execution = 2
    published_at = factory.LazyFunction(timezone.now)

    class Meta:
        model = IdentityProfile

    class Params:
        draft = factory.Trait(version=None, published_at=None)


class IdentityConversationFactory(factory.django.DjangoModelFactory[IdentityConversation]):
    """A shared conversation of ``organisations=[…]``, a month ago."""

    held_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=30))
    learned = "They need time to decide."

    class Meta:
        model = IdentityConversation
        skip_postgeneration_save = True

    @factory.post_generation
    def organisations(self, create: bool, extracted: Iterable[Organisation] | None, **kwargs: Any) -> None:
        if create:
            self.organisations.set(extracted or [HostFactory(), OrganisationFactory()])


class IdentityViewFactory(factory.django.DjangoModelFactory[IdentityView]):
    """The host wrote how it sees a partner after a conversation of the two, and shared it."""

    by = factory.SubFactory(HostFactory)
    about = factory.SubFactory(OrganisationFactory)
    conversation = factory.LazyAttribute(lambda view: IdentityConversationFactory(organisations=[view.by, view.about]))
    text = "You are always on time."
    visibility = Visibility.SHARED

    class Meta:
        model = IdentityView

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from common.enums import Visibility
from identity.models import IdentityConversation, IdentityProfile, IdentityView
from partners.models import Organisation
from tests.factories.partners import HostFactory, OrganisationFactory


class IdentityProfileFactory(factory.django.DjangoModelFactory[IdentityProfile]):
    """The published profile of a partner; ``draft=True`` is not published yet."""

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
    """The host's shared view of a partner after a conversation of the two."""

    by = factory.SubFactory(HostFactory)
    about = factory.SubFactory(OrganisationFactory)
    conversation = factory.LazyAttribute(lambda view: IdentityConversationFactory(organisations=[view.by, view.about]))
    text = "You are always on time."
    visibility = Visibility.SHARED

    class Meta:
        model = IdentityView

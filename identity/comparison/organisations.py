"""Put organisations side by side: what they say in their own words, and where they stand on the scales."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import cast

from django.db.models import Field
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst

from accounts.models import User
from common.dates import add_months
from identity.culture.pictures import Place, culture_line
from identity.culture.scales import SCALES, closeness
from identity.culture.words import CLOSENESS_MEANS, CLOSENESS_WORDS, SCALE_WORDS, Scale, Text, prompt
from identity.models import WORDS, IdentityConversation, IdentityProfile
from partners.models import Organisation

FEWEST, MOST = 2, 6
# After so long it is time to talk about who we are again.
MONTHS_BETWEEN = 12


def is_long_ago(held_on: date, today: date) -> bool:
    """Return whether an identity conversation of this day is due again: more than ``MONTHS_BETWEEN`` months ago."""
    return held_on < add_months(today, -MONTHS_BETWEEN)


@dataclass(frozen=True)
class ComparisonSide:
    """Hold an organisation in a comparison, with its mark (1, 2, …) and its profile, if it has one."""

    mark: int
    organisation: Organisation
    profile: IdentityProfile | None

    @property
    def name(self) -> str:
        return self.organisation.name

    def words(self, field: str) -> str:
        """Return what the organisation says in its own words; empty without a profile."""
        return str(getattr(self.profile, field, ""))

    def value(self, scale: str) -> int | None:
        """Return the place on a scale, from 1 to 5; None where it was left open."""
        value: int | None = getattr(self.profile, scale, None)
        return value


@dataclass(frozen=True)
class ComparedText:
    """Hold what every side says in one field of the profile."""

    field: str
    label: str
    said: list[tuple[ComparisonSide, str]]


@dataclass(frozen=True)
class ComparedScale:
    """Hold one scale with the place of every side on it."""

    key: str
    scale: Scale
    places: list[Place]

    @property
    def closeness(self) -> str | None:
        return closeness(place.value for place in self.places)

    @property
    def word(self) -> Text:
        return CLOSENESS_WORDS[self.closeness] if self.closeness else ""

    @property
    def meaning(self) -> Text:
        return CLOSENESS_MEANS[self.closeness] if self.closeness else ""

    @property
    def prompt(self) -> Text:
        return prompt(self.key, self.closeness) if self.closeness else ""

    @property
    def picture(self) -> SafeString:
        return culture_line(self.places, str(self.scale))


@dataclass(frozen=True)
class LastConversation:
    """Hold the day of the last identity conversation of two organisations; None where the reader knows of none."""

    one: Organisation
    other: Organisation
    held_on: date | None

    @property
    def is_long_ago(self) -> bool:
        return self.held_on is not None and is_long_ago(self.held_on, timezone.localdate())


@dataclass(frozen=True)
class Comparison:
    """Hold two to six organisations side by side, in the order of their marks."""

    sides: list[ComparisonSide]
    last_conversations: list[LastConversation]

    @cached_property
    def texts(self) -> list[ComparedText]:
        return [
            ComparedText(field, field_label(field), [(side, side.words(field)) for side in self.sides])
            for field in WORDS
        ]

    @cached_property
    def scales(self) -> list[ComparedScale]:
        return compared_scales(self.sides)

    @property
    def without_profile(self) -> list[ComparisonSide]:
        return [side for side in self.sides if side.profile is None]


def compare(organisations: Sequence[Organisation], user: User) -> Comparison:
    """Return what ``user`` may read of these organisations; the caller has checked that the user may see them."""
    profiles = {
        profile.organisation_id: profile
        for profile in IdentityProfile.objects.visible_to(user).filter(organisation__in=organisations).current()
    }
    sides = [
        ComparisonSide(mark, organisation, profiles.get(organisation.pk))
        for mark, organisation in enumerate(organisations, 1)
    ]
    known = IdentityConversation.objects.visible_to(user).last_between([row.pk for row in organisations])
    pairs = combinations(organisations, 2)
    return Comparison(sides, [LastConversation(one, other, known.get((one.pk, other.pk))) for one, other in pairs])


def compared_scales(sides: Iterable[ComparisonSide]) -> list[ComparedScale]:
    """Return every scale with the place of each side on it."""
    everybody = list(sides)
    return [
        ComparedScale(key, SCALE_WORDS[key], [Place(side.mark, side.name, side.value(key)) for side in everybody])
        for key in SCALES
    ]


def field_label(field: str) -> str:
    """Return the name of a field of the profile with a capital."""
    return capfirst(str(cast(Field, IdentityProfile._meta.get_field(field)).verbose_name))

"""Organisations side by side: what they say in their own words, and where they stand on the scales."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import combinations
from typing import cast

from django.db.models import Field
from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from common.dates import add_months
from partners.culture import SCALES, closeness
from partners.identity_words import CLOSENESS_MEANS, CLOSENESS_WORDS, SCALE_WORDS, Scale, Text, prompt
from partners.models import WORDS, IdentityConversation, IdentityProfile, Organisation
from partners.pictures import Place, culture_line

FEWEST, MOST = 2, 6
# After so long it is time to talk about who we are again.
MONTHS_BETWEEN = 12


def is_long_ago(held_on: date, today: date) -> bool:
    """Whether the last identity conversation was longer ago than it should be."""
    return held_on < add_months(today, -MONTHS_BETWEEN)


@dataclass(frozen=True)
class Side:
    """An organisation in a comparison, with its mark (1, 2, …) and its profile, if it has one."""

    mark: int
    organisation: Organisation
    profile: IdentityProfile | None

    @property
    def name(self) -> str:
        return self.organisation.name

    def words(self, field: str) -> str:
        return str(getattr(self.profile, field, ""))

    def value(self, scale: str) -> int | None:
        value: int | None = getattr(self.profile, scale, None)
        return value


@dataclass(frozen=True)
class Theme:
    """What everybody says about one thing."""

    field: str
    label: str
    said: list[tuple[Side, str]]


@dataclass(frozen=True)
class ScaleLine:
    """One scale with everybody on it."""

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
class LastTalk:
    """When two organisations last had an identity conversation, as far as the reader may know."""

    one: Organisation
    other: Organisation
    held_on: date | None

    @property
    def is_long_ago(self) -> bool:
        return self.held_on is not None and is_long_ago(self.held_on, timezone.localdate())


@dataclass(frozen=True)
class Comparison:
    """Two to six organisations side by side, in the order of their marks."""

    sides: list[Side]
    talks: list[LastTalk]

    @cached_property
    def themes(self) -> list[Theme]:
        return [Theme(field, word_label(field), [(side, side.words(field)) for side in self.sides]) for field in WORDS]

    @cached_property
    def scales(self) -> list[ScaleLine]:
        return scale_lines(self.sides)

    @property
    def silent(self) -> list[Side]:
        """Who has not written anything yet."""
        return [side for side in self.sides if side.profile is None]


def compare(organisations: Sequence[Organisation], user: User) -> Comparison:
    """What ``user`` may read of these organisations, of which the caller has found that the user knows them."""
    profiles = {
        profile.organisation_id: profile
        for profile in IdentityProfile.objects.visible_to(user).filter(organisation__in=organisations).current()
    }
    sides = [
        Side(mark, organisation, profiles.get(organisation.pk)) for mark, organisation in enumerate(organisations, 1)
    ]
    return Comparison(sides, last_talks(organisations, user))


def last_talks(organisations: Sequence[Organisation], user: User) -> list[LastTalk]:
    """Every pair, and when they last talked."""
    known = IdentityConversation.objects.visible_to(user).last_between([row.pk for row in organisations])
    return [LastTalk(one, other, known.get((one.pk, other.pk))) for one, other in combinations(organisations, 2)]


def scale_lines(sides: Iterable[Side]) -> list[ScaleLine]:
    """Every scale with everybody on it."""
    everybody = list(sides)
    return [
        ScaleLine(key, SCALE_WORDS[key], [Place(side.mark, side.name, side.value(key)) for side in everybody])
        for key in SCALES
    ]


def word_label(field: str) -> str:
    label = str(cast(Field, IdentityProfile._meta.get_field(field)).verbose_name)
    return label[:1].upper() + label[1:]

"""What tags and themes have in common."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.sorting import NameOrder
from partners.models import OrganisationTag, OrganisationTheme, SavedView, Tag, Theme


@dataclass(frozen=True)
class WordKind:
    """Tags, or themes: their model, the model of their links with organisations, and their names.

    ``field`` is the field of a link that holds the word, and the name of the filter in the list of partners.
    """

    key: str
    model: type[Tag] | type[Theme]
    links: type[OrganisationTag] | type[OrganisationTheme]
    field: str
    label: str | Promise

    def links_of(self, word: Tag | Theme) -> QuerySet[Any]:
        links: QuerySet[Any] = self.links._default_manager.filter(**{self.field: word.pk})
        return links

    def with_counts(self) -> QuerySet[Any]:
        """Return the words by name, with the number of organisations that have each."""
        rows = self.model._default_manager.annotate(organisation_count=Count("organisations"))
        return rows.order_by(NameOrder("name"), "pk")

    def views_with(self, word: Tag | Theme) -> list[SavedView]:
        """Return the saved views that filter by the word."""
        rows = SavedView.objects.filter(query__contains=f"{self.field}={word.pk}").order_by("pk")
        return [view for view in rows if str(word.pk) in QueryDict(view.query).getlist(self.field)]


WORD_KINDS = {
    "tags": WordKind("tags", Tag, OrganisationTag, "tag", _("Tags")),
    "themes": WordKind("themes", Theme, OrganisationTheme, "theme", _("Themes")),
}

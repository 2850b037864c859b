"""Filter lists by a query string."""

from django_filters import FilterSet


class NarrowingFilterSet(FilterSet):
    """A filter set that knows whether any filter is in use."""

    @property
    def is_narrowed(self) -> bool:
        """Return whether any filter is in use, even with a value that cannot be understood."""
        return any(self.data.get(name) for name in self.filters)

    def typed(self, name: str) -> str:
        """Return the text typed into a field; an empty text when it cannot be understood."""
        self.form.is_valid()
        return str(self.form.cleaned_data.get(name) or "")

"""What every list that can be narrowed shares."""

from django_filters import FilterSet


class NarrowingFilterSet(FilterSet):
    """A filter set that knows whether it was asked for anything."""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything was asked for, even what cannot be understood."""
        return any(self.data.get(name) for name in self.filters)

    def typed(self, name: str) -> str:
        """What was typed into a text field; nothing when it cannot be understood."""
        self.form.is_valid()
        return str(self.form.cleaned_data.get(name) or "")

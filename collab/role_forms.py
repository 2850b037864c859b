from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from collab.enums import ONE_AT_A_TIME, RoleKind
from collab.forms import ContactField, people_of
from collab.models import Collaboration, Participation, RoleAssignment
from collab.role_cells import RoleCell
from common.forms import DayField, EditForm
from partners.models import Contact


class RoleForm(forms.Form):
    """A role with its person and period; the person determines the organisation."""

    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[
            (RoleKind.DECIDER, gettext_lazy("Decider: decides whether and how you go on")),
            (RoleKind.LEAD, gettext_lazy("Lead: keeps the collaboration going")),
            (RoleKind.DESIGNER, gettext_lazy("Designer: thinks out how you work together")),
            (RoleKind.STAKEHOLDER, gettext_lazy("Stakeholder: is involved or notices the effects")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose a role.")},
    )
    contact = ContactField(label=gettext_lazy("Who?"))
    starts_on = DayField(label=gettext_lazy("From"))
    ends_on = DayField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("The first day without this role. Leave empty if it has no end yet."),
    )

    def __init__(self, *args: Any, collaboration: Collaboration, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].offer(people_of(collaboration))  # type: ignore[attr-defined]


class RoleEndForm(EditForm):
    """The end of a role; today is offered where it has no end yet."""

    ends_on = DayField(label=gettext_lazy("First day without this role"))

    def __init__(self, *args: Any, assignment: RoleAssignment, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.assignment = assignment

    def shown(self, name: str) -> Any:
        return self.assignment.ends_on


class RolesForm(EditForm):
    """All roles of a collaboration: a field per organisation and role, and the day of all changes.

    ``people`` are, by organisation, the contacts who can be chosen. Who holds a role is offered as well, so that a
    deactivated holder is seen, and can be kept or replaced.
    """

    # Every role may stay empty, and the page says so once.
    is_optional_as_a_whole = True

    day = DayField(
        label=gettext_lazy("From which day?"),
        help_text=gettext_lazy(
            "Who is new starts on this day, and who is replaced or taken away stops on it. Both stay in the history."
        ),
    )

    def __init__(
        self, *args: Any, cells: Iterable[RoleCell], people: Mapping[int, Sequence[Contact]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.cells = {cell.name: cell for cell in cells}
        for cell in self.cells.values():
            there = people.get(cell.participation.organisation_id, ())
            choices: list[tuple[int | str, str]] = [(contact.pk, contact.name) for contact in there]
            for contact in (role.contact for role in cell.held if role.contact not in there):
                choices.append((contact.pk, _("%(name)s (not active any more)") % {"name": contact.name}))
            options: dict[str, Any] = {"label": cell.role.label, "coerce": int, "required": False}
            if cell.role in ONE_AT_A_TIME:
                choices.insert(0, ("", _("Nobody")))
                self.fields[cell.name] = forms.TypedChoiceField(choices=choices, empty_value=None, **options)
            else:
                self.fields[cell.name] = forms.TypedMultipleChoiceField(
                    choices=choices, empty_value=[], widget=forms.CheckboxSelectMultiple, **options
                )
            self.initial[cell.name] = cell.value

    @property
    def holders(self) -> dict[str, Any]:
        """Return the typed keys of the contacts by cell."""
        return {name: self.cleaned_data[name] for name in self.cells}

    @property
    def rows(self) -> Iterator[tuple[Participation, list[tuple[RoleCell, forms.BoundField]]]]:
        """Return each organisation that takes part, with its cells and their fields."""
        for participation, cells in groupby(self.cells.values(), key=lambda cell: cell.participation):
            yield participation, [(cell, self[cell.name]) for cell in cells]

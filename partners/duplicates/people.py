"""Find people with the same name at one organisation."""

from django.db.models import Q

from common.text import fold
from partners.models import Contact, Organisation


def same_name(organisation: Organisation, name: str, besides: int = 0) -> list[Contact]:
    """Return those who work or worked at the organisation and have the name, apart from accents and capitals.

    Leaves out the contact with the key ``besides``.
    """
    wanted = fold(name)
    there = Contact.objects.filter(Q(organisation=organisation) | Q(affiliations__organisation=organisation))
    rows = there.exclude(pk=besides).distinct().values_list("pk", "name")
    keys = [key for key, known in rows if fold(known) == wanted]
    return list(Contact.objects.filter(pk__in=keys).select_related("organisation").order_by("pk"))

"""Delete an organisation."""

from django.db import IntegrityError, connection
from django.utils.translation import gettext as _

from accounts.models import User
from audit.context import recording
from common.actions import ActionRefused, require
from common.text import fold
from partners.models import Contact, DeletedOrganisation, Organisation
from partners.removal.references import references_to


def delete_organisation(*, actor: User | None, organisation: Organisation, name: str) -> DeletedOrganisation:
    """Delete an organisation with its addresses, tags and people; a ``DeletedOrganisation`` records it.

    Refuses another ``name`` than that of the organisation, and an organisation to which, or to whose people, anything
    else refers. Sends nothing.
    """
    require(actor, "partners.delete_organisation")
    with recording(actor, "partners.organisation_deleted"):
        list(Contact.objects.filter(organisation=organisation.pk).order_by("pk").select_for_update().values("pk"))
        current = Organisation.objects.select_for_update(of=("self",)).filter(pk=organisation.pk).first()
        if current is None:
            raise ActionRefused(_("“%(name)s” is not there any more.") % {"name": organisation})
        if fold(name) != fold(current.name):
            raise ActionRefused(_("This is not the name of the organisation."), field="name")
        found = references_to(current)
        if found.said:
            raise ActionRefused(_("Something refers to %(name)s by now. Look again.") % {"name": current})
        deleted = DeletedOrganisation.objects.create(
            key=current.pk,
            name=current.name,
            city=current.city,
            external_id=current.external_id,
            people=len(found.people),
            deleted_by=actor,
        )
        try:
            Contact.objects.filter(pk__in=[contact.pk for contact in found.people]).delete()
            current.delete()
            # Foreign keys are checked at the end of the transaction; here, so that a new one is refused in words.
            connection.check_constraints()
        except IntegrityError as error:
            raise ActionRefused(_("Something refers to %(name)s by now. Look again.") % {"name": current}) from error
    return deleted

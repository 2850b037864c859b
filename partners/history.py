"""How what happens in the registry reads on a timeline."""

from django.utils.translation import gettext_lazy as _

SENTENCES = {
    "partners.organisation_added": _("Organisation added"),
    "partners.organisation_changed": _("Details changed"),
    "partners.organisation_archived": _("Organisation archived"),
    "partners.host_chosen": _("Chosen as our own organisation"),
    "partners.contact_added": _("Contact added"),
    "partners.contact_changed": _("Contact changed"),
    "partners.contact_deactivated": _("Contact deactivated"),
    "partners.contact_reactivated": _("Contact active again"),
    "partners.access_given": _("Access given"),
    "partners.colleague_kept": _("Contact follows the account"),
    "partners.organisations_imported": _("Imported from a file"),
    "accounts.colleague_added": _("Colleague added"),
    "accounts.colleague_changed": _("Colleague changed"),
    "accounts.preferences_changed": _("Language chosen"),
}

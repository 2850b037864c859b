from django.urls import path

from partners.views import addresses, affiliations, contacts, imports, lists, logos, organisations

app_name = "partners"
urlpatterns = [
    path("partners/", lists.organisation_list, name="organisation-list"),
    path("partners/add/", organisations.organisation_create, name="organisation-create"),
    path("partners/import/", imports.import_create, name="import-create"),
    path("partners/import/<int:pk>/", imports.import_detail, name="import-detail"),
    path("partners/import/<int:pk>/confirm/", imports.import_confirm, name="import-confirm"),
    path("partners/ours/", organisations.own_organisation, name="own-organisation"),
    path("partners/<int:pk>/", organisations.organisation_detail, name="organisation-detail"),
    path("partners/<int:pk>/edit/", organisations.organisation_update, name="organisation-update"),
    path("partners/<int:pk>/archive/", organisations.organisation_archive, name="organisation-archive"),
    path("partners/<int:pk>/make-host/", organisations.organisation_make_host, name="organisation-make-host"),
    path("partners/<int:pk>/history/", organisations.organisation_history, name="organisation-history"),
    path("partners/options/", affiliations.organisation_options, name="organisation-options"),
    path("partners/<int:pk>/addresses/", addresses.organisation_addresses, name="organisation-addresses"),
    path("partners/<int:pk>/logo/", logos.organisation_logo, name="organisation-logo"),
    path("partners/<int:pk>/logo/edit/", logos.organisation_logo_update, name="organisation-logo-update"),
    path("partners/<int:pk>/logo/remove/", logos.organisation_logo_remove, name="organisation-logo-remove"),
    path("partners/<int:pk>/contacts/add/", contacts.contact_create, name="contact-create"),
    path("contacts/<int:pk>/edit/", contacts.contact_update, name="contact-update"),
    path("contacts/<int:pk>/deactivate/", contacts.contact_deactivate, name="contact-deactivate"),
    path("contacts/<int:pk>/reactivate/", contacts.contact_reactivate, name="contact-reactivate"),
    path("contacts/<int:pk>/access/", contacts.contact_give_access, name="contact-give-access"),
    path("contacts/<int:pk>/move/", affiliations.contact_move, name="contact-move"),
    path("contacts/<int:pk>/places/", affiliations.contact_affiliations, name="contact-affiliations"),
    path("places/<int:pk>/edit/", affiliations.affiliation_update, name="affiliation-update"),
    path("places/<int:pk>/remove/", affiliations.affiliation_remove, name="affiliation-remove"),
]

from django.urls import path

from partners.duplicates import views as duplicates
from partners.lists.views import bulk, exports, registry, saved_views
from partners.merging import views as merging
from partners.removal import views as removal
from partners.views import addresses, affiliations, contacts, logos, organisations
from partners.words import views as words

app_name = "partners"
urlpatterns = [
    path("partners/", registry.organisation_list, name="organisation-list"),
    path("partners/counts/", registry.organisation_counts, name="organisation-counts"),
    path("partners/export/", exports.organisation_export, name="organisation-export"),
    path("partners/together/", bulk.organisation_bulk, name="organisation-bulk"),
    path("partners/merge/", merging.merge, name="merge"),
    path("partners/together/beside/", bulk.organisation_beside, name="organisation-beside"),
    path("partners/views/", saved_views.view_list, name="saved-view-list"),
    path("partners/views/add/", saved_views.view_create, name="saved-view-create"),
    path("partners/views/<int:pk>/edit/", saved_views.view_update, name="saved-view-update"),
    path("partners/views/<int:pk>/delete/", saved_views.view_delete, name="saved-view-delete"),
    path("partners/words/", words.word_list, name="word-list"),
    path("partners/words/<slug:kind>/<int:pk>/", words.word_update, name="word-update"),
    path("partners/words/<slug:kind>/<int:pk>/join/", words.word_join, name="word-join"),
    path("partners/words/<slug:kind>/<int:pk>/remove/", words.word_remove, name="word-remove"),
    path("partners/possible-matches/", duplicates.possible_match_list, name="possible-matches"),
    path("partners/duplicates/", duplicates.duplicate_list, name="duplicate-list"),
    path("partners/duplicates/dismiss/", duplicates.duplicate_dismiss, name="duplicate-dismiss"),
    path(
        "partners/duplicates/dismissed/<int:pk>/undo/", duplicates.duplicate_dismiss_undo, name="duplicate-dismiss-undo"
    ),
    path("partners/add/", organisations.organisation_create, name="organisation-create"),
    path("partners/ours/", organisations.own_organisation, name="own-organisation"),
    path("partners/<int:pk>/", organisations.organisation_detail, name="organisation-detail"),
    path("partners/<int:pk>/edit/", organisations.organisation_update, name="organisation-update"),
    path("partners/<int:pk>/archive/", organisations.organisation_archive, name="organisation-archive"),
    path("partners/<int:pk>/delete/", removal.organisation_delete, name="organisation-delete"),
    path("partners/deleted/", removal.deleted_list, name="deleted-list"),
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

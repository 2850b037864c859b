from django.urls import path

from partners.views import contacts, conversations, identity, imports, lists, organisations

app_name = "partners"
urlpatterns = [
    path("partners/", lists.organisation_list, name="organisation-list"),
    path("partners/add/", organisations.organisation_create, name="organisation-create"),
    path("partners/import/", imports.import_create, name="import-create"),
    path("partners/import/<int:pk>/", imports.import_detail, name="import-detail"),
    path("partners/import/<int:pk>/columns/", imports.import_columns, name="import-columns"),
    path("partners/import/<int:pk>/repair/", imports.import_repair, name="import-repair"),
    path("partners/import/<int:pk>/confirm/", imports.import_confirm, name="import-confirm"),
    path("partners/import/<int:pk>/refused/", imports.import_refused, name="import-refused"),
    path("partners/import/<int:pk>/undo/", imports.import_undo, name="import-undo"),
    path("partners/ours/", organisations.own_organisation, name="own-organisation"),
    path("partners/<int:pk>/", organisations.organisation_detail, name="organisation-detail"),
    path("partners/<int:pk>/edit/", organisations.organisation_update, name="organisation-update"),
    path("partners/<int:pk>/archive/", organisations.organisation_archive, name="organisation-archive"),
    path("partners/<int:pk>/make-host/", organisations.organisation_make_host, name="organisation-make-host"),
    path("partners/<int:pk>/history/", organisations.organisation_history, name="organisation-history"),
    path("partners/<int:pk>/contacts/add/", contacts.contact_create, name="contact-create"),
    path("contacts/<int:pk>/edit/", contacts.contact_update, name="contact-update"),
    path("contacts/<int:pk>/deactivate/", contacts.contact_deactivate, name="contact-deactivate"),
    path("contacts/<int:pk>/reactivate/", contacts.contact_reactivate, name="contact-reactivate"),
    path("contacts/<int:pk>/access/", contacts.contact_give_access, name="contact-give-access"),
    path("partners/compare/", identity.identity_compare, name="identity-compare"),
    path("partners/compare/guide/", identity.identity_guide, name="identity-guide"),
    path("partners/<int:pk>/identity/", identity.identity_detail, name="identity-detail"),
    path("partners/<int:pk>/identity/edit/", identity.identity_update, name="identity-update"),
    path("partners/<int:pk>/identity/panel/", identity.identity_panel, name="identity-panel"),
    path("conversations/add/", conversations.conversation_create, name="conversation-create"),
    path("conversations/<int:pk>/", conversations.conversation_detail, name="conversation-detail"),
    path("conversations/<int:pk>/edit/", conversations.conversation_update, name="conversation-update"),
    path("conversations/<int:pk>/see/<int:about>/", conversations.view_write, name="view-write"),
    path("conversations/views/<int:pk>/answer/", conversations.view_answer, name="view-answer"),
]

from django.urls import path

from identity.views import conversations, profiles

app_name = "identity"
urlpatterns = [
    path("partners/compare/", profiles.identity_compare, name="compare"),
    path("partners/compare/guide/", profiles.identity_guide, name="guide"),
    path("partners/<int:pk>/identity/", profiles.profile_detail, name="profile-detail"),
    path("partners/<int:pk>/identity/edit/", profiles.profile_update, name="profile-update"),
    path("partners/<int:pk>/identity/panel/", profiles.organisation_panel, name="organisation-panel"),
    path("conversations/add/", conversations.conversation_create, name="conversation-create"),
    path("conversations/<int:pk>/", conversations.conversation_detail, name="conversation-detail"),
    path("conversations/<int:pk>/edit/", conversations.conversation_update, name="conversation-update"),
    path("conversations/<int:pk>/see/<int:about>/", conversations.view_write, name="view-write"),
    path("conversations/views/<int:pk>/answer/", conversations.view_answer, name="view-answer"),
]

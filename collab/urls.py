from django.urls import path

from collab.by_link.views import action_by_link
from collab.views import agreements, candidates, collaborations, participations, roles

app_name = "collab"
urlpatterns = [
    path("e/<str:token>/action/", action_by_link, name="action-by-link"),
    path("collaborations/", collaborations.collaboration_list, name="collaboration-list"),
    path("collaborations/new/", collaborations.collaboration_create, name="collaboration-create"),
    path("collaborations/organisations/", participations.organisation_picker, name="organisation-picker"),
    path("collaborations/<int:pk>/", collaborations.collaboration_detail, name="collaboration-detail"),
    path("collaborations/<int:pk>/edit/", collaborations.collaboration_update, name="collaboration-update"),
    path("collaborations/<int:pk>/history/", collaborations.collaboration_history, name="collaboration-history"),
    path("collaborations/<int:pk>/next-evaluation/", collaborations.evaluation_update, name="evaluation-update"),
    path("collaborations/<int:pk>/stage/", agreements.stage_change, name="stage-change"),
    path(
        "collaborations/<int:pk>/organisations/new/", participations.participation_create, name="participation-create"
    ),
    path("collaborations/<int:pk>/roles/", roles.roles_update, name="roles-update"),
    path("collaborations/<int:pk>/roles/new/", roles.role_create, name="role-create"),
    path("collaborations/<int:pk>/actions/new/", agreements.actionitem_create, name="actionitem-create"),
    path("collaborations/<int:pk>/decisions/new/", agreements.decision_create, name="decision-create"),
    path("collaborations/<int:pk>/candidates/", candidates.shortlist_page, name="shortlist"),
    path("collaborations/<int:pk>/candidates/new/", candidates.candidate_create, name="candidate-create"),
    path("collaborations/<int:pk>/candidates/choose/", candidates.candidate_choose, name="candidate-choose"),
    path("candidates/<int:pk>/edit/", candidates.candidate_update, name="candidate-update"),
    path("candidates/<int:pk>/remove/", candidates.candidate_delete, name="candidate-delete"),
    path("participations/<int:pk>/edit/", participations.participation_update, name="participation-update"),
    path("participations/<int:pk>/remove/", participations.participation_delete, name="participation-delete"),
    path("roles/<int:pk>/end/", roles.role_end, name="role-end"),
    path("actions/<int:pk>/edit/", agreements.actionitem_update, name="actionitem-update"),
    path("actions/<int:pk>/finish/", agreements.actionitem_finish, name="actionitem-finish"),
    path("actions/<int:pk>/reopen/", agreements.actionitem_reopen, name="actionitem-reopen"),
    path("actions/<int:pk>/drop/", agreements.actionitem_drop, name="actionitem-drop"),
    path("organisations/<int:pk>/collaborations/", participations.organisation_panel, name="organisation-panel"),
    path("organisations/<int:pk>/consider/", candidates.organisation_consider, name="organisation-consider"),
]

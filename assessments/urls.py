from django.urls import path

from assessments.views import answering, cycles, organisations, results

app_name = "assessments"
urlpatterns = [
    path("evaluations/", cycles.cycle_list, name="cycle-list"),
    path("evaluations/<int:pk>/", cycles.cycle_detail, name="cycle-detail"),
    path("evaluations/<int:pk>/edit/", cycles.cycle_update, name="cycle-update"),
    path("evaluations/<int:pk>/open/", cycles.cycle_open, name="cycle-open"),
    path("evaluations/<int:pk>/extend/", cycles.cycle_extend, name="cycle-extend"),
    path("evaluations/<int:pk>/mode/", cycles.cycle_mode, name="cycle-mode"),
    path("evaluations/<int:pk>/close/", cycles.cycle_close, name="cycle-close"),
    path("evaluations/<int:pk>/cancel/", cycles.cycle_cancel, name="cycle-cancel"),
    path("evaluations/<int:pk>/invite/", cycles.cycle_invite, name="cycle-invite"),
    path("evaluations/<int:pk>/results/", results.cycle_results, name="cycle-results"),
    path("evaluations/<int:pk>/review/", results.review_create, name="review-create"),
    path("invitations/<int:pk>/resend/", cycles.invitation_resend, name="invitation-resend"),
    path("invitations/<int:pk>/withdraw/", cycles.invitation_withdraw, name="invitation-withdraw"),
    path("collaborations/<int:pk>/evaluations/new/", cycles.cycle_plan, name="cycle-plan"),
    path("collaborations/<int:pk>/evaluations/panel/", cycles.collaboration_panel, name="collaboration-panel"),
    path("partners/<int:pk>/due/", organisations.organisation_panel, name="organisation-panel"),
    path("partners/<int:pk>/results/", organisations.organisation_results, name="organisation-results"),
    path("e/<str:token>/", answering.answer, name="answer"),
    path("e/<str:token>/save/", answering.answer_save, name="answer-save"),
    path("e/<str:token>/sent/", answering.answer_sent, name="answer-sent"),
    path("e/<str:token>/decline/", answering.answer_decline, name="answer-decline"),
    path("e/<str:token>/pass-on/", answering.answer_pass_on, name="answer-pass-on"),
    path("e/<str:token>/results/", answering.answer_results, name="answer-results"),
]

from django.urls import path

from assessments.sides.views import side_by_link, side_people
from assessments.views import answering, cycles, invitations, organisations, passing_on, previews, results, steering

app_name = "assessments"
urlpatterns = [
    path("evaluations/", cycles.cycle_list, name="cycle-list"),
    path("evaluations/<int:pk>/", cycles.cycle_detail, name="cycle-detail"),
    path("evaluations/<int:pk>/history/", cycles.cycle_history, name="cycle-history"),
    path("evaluations/<int:pk>/edit/", steering.cycle_update, name="cycle-update"),
    path("evaluations/<int:pk>/open/", steering.cycle_open, name="cycle-open"),
    path("evaluations/<int:pk>/extend/", steering.cycle_extend, name="cycle-extend"),
    path("evaluations/<int:pk>/mode/", steering.cycle_mode, name="cycle-mode"),
    path("evaluations/<int:pk>/close/", steering.cycle_close, name="cycle-close"),
    path("evaluations/<int:pk>/cancel/", steering.cycle_cancel, name="cycle-cancel"),
    path("evaluations/<int:pk>/invite/", invitations.cycle_invite, name="cycle-invite"),
    path("evaluations/<int:pk>/preview/", previews.cycle_preview, name="cycle-preview"),
    path("evaluations/<int:pk>/preview/mail/", previews.cycle_preview_mail, name="cycle-preview-mail"),
    path("evaluations/<int:pk>/preview/form/", answering.cycle_preview_form, name="cycle-preview-form"),
    path("evaluations/<int:pk>/remind/", invitations.cycle_remind, name="cycle-remind"),
    path("evaluations/<int:pk>/people/", side_people, name="side-people"),
    path("evaluations/<int:pk>/results/", results.cycle_results, name="cycle-results"),
    path("evaluations/<int:pk>/review/", results.review_create, name="review-create"),
    path("evaluations/<int:pk>/review/edit/", results.review_update, name="review-update"),
    path("invitations/<int:pk>/answer/", invitations.answer_own, name="answer-own"),
    path("invitations/<int:pk>/resend/", invitations.invitation_resend, name="invitation-resend"),
    path("invitations/<int:pk>/pass-on/agree/", invitations.pass_on_agree, name="pass-on-agree"),
    path("invitations/<int:pk>/pass-on/refuse/", invitations.pass_on_refuse, name="pass-on-refuse"),
    path("invitations/<int:pk>/withdraw/", invitations.invitation_withdraw, name="invitation-withdraw"),
    path("collaborations/<int:pk>/evaluations/new/", steering.cycle_plan, name="cycle-plan"),
    path("collaborations/<int:pk>/evaluations/panel/", cycles.collaboration_panel, name="collaboration-panel"),
    path("partners/<int:pk>/due/", organisations.organisation_panel, name="organisation-panel"),
    path("partners/<int:pk>/results/", organisations.organisation_results, name="organisation-results"),
    path("e/<str:token>/", answering.answer, name="answer"),
    path("e/<str:token>/save/", answering.answer_save, name="answer-save"),
    path("e/<str:token>/sent/", answering.answer_sent, name="answer-sent"),
    path("e/<str:token>/side/", side_by_link, name="side-by-link"),
    path("e/<str:token>/people/", answering.answer_people, name="answer-people"),
    path("e/<str:token>/decline/", answering.answer_decline, name="answer-decline"),
    path("e/<str:token>/pass-on/", passing_on.answer_pass_on, name="answer-pass-on"),
    path("e/<str:token>/take-back/", passing_on.answer_take_back, name="answer-take-back"),
    path("e/<str:token>/results/", answering.answer_results, name="answer-results"),
]

from django.urls import path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("account/", views.preferences, name="preferences"),
    path("account/language/", views.language_change, name="language-change"),
    path("account/appearance/", views.appearance_change, name="appearance-change"),
    path("colleagues/", views.colleague_list, name="colleague-list"),
    path("colleagues/add/", views.colleague_create, name="colleague-create"),
    path("colleagues/<int:pk>/", views.colleague_update, name="colleague-update"),
    path("colleagues/<int:pk>/history/", views.colleague_history, name="colleague-history"),
]

from django.urls import path

from notifications import views

app_name = "notifications"
urlpatterns = [
    path("mail/", views.mail_list, name="mail-list"),
    path("mail/<int:pk>/", views.mail_detail, name="mail-detail"),
    path("mail/<int:pk>/retry/", views.mail_retry, name="mail-retry"),
]

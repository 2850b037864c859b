from django.urls import path

from portfolio import views
from portfolio.first_steps.views import first_steps
from portfolio.help.views import accessibility, help_page

app_name = "portfolio"
urlpatterns = [
    path("", views.home, name="home"),
    path("asked/", views.asked, name="asked"),
    path("portfolio/", views.dashboard, name="dashboard"),
    path("help/", help_page, name="help"),
    path("accessibility/", accessibility, name="accessibility"),
    path("first-steps/", first_steps, name="first-steps"),
    path("first-steps/<str:token>/", first_steps, name="first-steps-link"),
]

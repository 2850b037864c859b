from django.urls import path

from portfolio import views
from portfolio.first_steps.views import first_steps

app_name = "portfolio"
urlpatterns = [
    path("", views.home, name="home"),
    path("portfolio/", views.dashboard, name="dashboard"),
    path("first-steps/", first_steps, name="first-steps"),
    path("first-steps/<str:token>/", first_steps, name="first-steps-link"),
]

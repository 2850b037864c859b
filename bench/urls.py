from django.urls import include, path

from bench.floor import floor, submission

urlpatterns = [
    path("floor/", floor, name="floor"),
    path("floor/submission/", submission, name="floor-submission"),
    path("", include("config.urls")),
]

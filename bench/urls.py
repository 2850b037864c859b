from django.urls import include, path

from bench.floor import floor

urlpatterns = [
    path("floor/", floor, name="floor"),
    path("", include("config.urls")),
]

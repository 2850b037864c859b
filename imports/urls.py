from django.urls import path

from imports import views

app_name = "imports"
urlpatterns = [
    path("partners/import/", views.import_create, name="import-create"),
    path("partners/import/<int:pk>/", views.import_detail, name="import-detail"),
    path("partners/import/<int:pk>/columns/", views.import_columns, name="import-columns"),
    path("partners/import/<int:pk>/cancel/", views.import_cancel, name="import-cancel"),
    path("partners/import/<int:pk>/repair/", views.import_repair, name="import-repair"),
    path("partners/import/<int:pk>/confirm/", views.import_confirm, name="import-confirm"),
    path("partners/import/<int:pk>/refused/", views.import_refused, name="import-refused"),
    path("partners/import/<int:pk>/undo/", views.import_undo, name="import-undo"),
]

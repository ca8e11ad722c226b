"""Addresses of the desk."""

from django.urls import path

from followup.desk import intake_views, views

app_name = "desk"
urlpatterns = [
    path("arbeidsliste/", views.worklist, name="worklist"),
    path("personer/<uuid:person>/", views.person, name="person"),
    path("meldinger/inntak", intake_views.receive, name="intake"),
]

"""Addresses of this room."""

from django.urls import path

from brik.tasks import views

app_name = "tasks"
urlpatterns = [
    path("oppgaver/", views.listed, name="listed"),
    path("oppgaver/<uuid:task>/", views.task, name="task"),
    path("oppgaver/<uuid:task>/ta/", views.take, name="take"),
]

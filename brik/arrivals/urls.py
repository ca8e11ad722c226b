"""Addresses of this room."""

from django.urls import path

from brik.arrivals import register_person_views

app_name = "arrivals"
urlpatterns = [
    path("personer/ny/", register_person_views.register, name="register"),
    path("personer/<uuid:person>/registrert/", register_person_views.registered, name="registered"),
]

"""Addresses of this room."""

from django.urls import path

from brik.people import views

app_name = "people"
urlpatterns = [
    path("personer/<uuid:person>/hensyn/", views.edit_protection, name="protection"),
    path("personer/<uuid:person>/hensyn/lagret/", views.protection_saved, name="protection_saved"),
]

"""The whole address map. Each room has its own list; no address carries anything about a person but a uuid."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []

from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "brik.pages"
    label = "pages"

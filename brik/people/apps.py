from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "brik.people"
    label = "people"

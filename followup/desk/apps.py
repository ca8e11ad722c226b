from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "followup.desk"
    label = "desk"

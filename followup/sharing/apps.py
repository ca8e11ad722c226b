from django.apps import AppConfig


class SharingConfig(AppConfig):
    name = "followup.sharing"
    label = "sharing"

from django.apps import AppConfig


class MappingConfig(AppConfig):
    name = "brik.mapping"
    label = "mapping"

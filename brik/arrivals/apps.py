from django.apps import AppConfig


class ArrivalsConfig(AppConfig):
    name = "brik.arrivals"
    label = "arrivals"

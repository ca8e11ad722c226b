from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "brik.jobs"
    label = "jobs"

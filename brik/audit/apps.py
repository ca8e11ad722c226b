from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "brik.audit"
    label = "audit"

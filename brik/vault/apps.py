from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "brik.vault"
    label = "vault"

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "brik.vault"
    label = "vault"

    def ready(self) -> None:
        from brik.vault import checks  # noqa: F401 - registers itself

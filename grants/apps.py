from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"

    def ready(self) -> None:
        from accounts import permissions

        from . import rules

        permissions.register(rules.RULES)

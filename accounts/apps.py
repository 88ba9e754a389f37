from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from . import organisation_verbs, permissions, rules  # noqa: F401
        from .chores import register_chore
        from .context import register_navigation
        from .enums import TeamRole
        from .outbox import send_digests
        from .retention import OWN_CLASSES, daily, register_retention
        from .traces import forget_expired
        from .wording import register_events

        register_chore(send_digests)
        register_chore(daily)
        register_chore(forget_expired)
        register_retention(*OWN_CLASSES)
        register_events({"retention.set": "Period of retention set"})
        permissions.register(rules.RULES)
        register_navigation(0, "Your work", "home", lambda user: True)
        register_navigation(
            70,
            "Organisations",
            "organisations",
            lambda user: user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD),
            group="Records",
        )
        register_navigation(
            90,
            "Audit",
            "audit-trail",
            lambda user: user.is_team(TeamRole.AUDITOR, TeamRole.PROGRAMME_LEAD),
            also=("retention", "retention-due", "retention-period"),
            group="Records",
        )

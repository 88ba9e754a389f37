from typing import Any

from django.apps import AppConfig


class GrantsConfig(AppConfig):
    name = "grants"

    def ready(self) -> None:
        from accounts import permissions, wording, worklist
        from accounts.chores import register_chore
        from accounts.context import register_navigation
        from accounts.enums import TeamRole
        from accounts.notices import register_notices
        from accounts.retention import register_retention
        from focus_people.signals import person_died
        from focus_people.uses import register_uses

        from . import rules, verbs, worklists  # noqa: F401
        from .actions import forget_strays, scan_again
        from .notices import NOTICES
        from .retention import CLASSES, uses
        from .words import COLOURS, EVENTS
        from .workflow.events import hold_after_death

        def is_member(user: Any) -> bool:
            return bool(user.organisation_roles)

        def is_staff(user: Any) -> bool:
            return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)

        person_died.connect(hold_after_death, dispatch_uid="grants.hold_after_death")
        register_chore(scan_again)
        register_chore(forget_strays)
        register_retention(*CLASSES)
        register_uses(uses)
        register_notices(NOTICES)
        permissions.register(rules.RULES)
        wording.register_states(COLOURS)
        wording.register_events(EVENTS)
        worklist.register_todos(worklists.for_applicants)
        worklist.register_todos(worklists.for_officers)
        worklist.register_section(20, worklists.section)
        register_navigation(10, "Applications", "applications", is_member)
        register_navigation(11, "Casework", "casework", is_staff, group="Applications")

        # The award half: decisions, grants, payments, claims, rounds.
        from focus_people import person_page

        from . import award_tasks, grant_page, on_person_page

        worklist.register_todos(award_tasks.todos)
        grant_page.register_due(award_tasks.due)
        person_page.register_links(on_person_page.links)
        wording.register_states(award_tasks.COLOURS)
        wording.register_events(award_tasks.EVENTS)
        register_navigation(40, "Grants", "grants", award_tasks.sees_grants)
        register_navigation(45, "Payments", "payments", award_tasks.sees_payments, group="Grants")
        register_navigation(15, "Rounds", "rounds", award_tasks.sees_rounds, group="Applications")

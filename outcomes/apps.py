from typing import Any

from django.apps import AppConfig

EVENT_WORDS = {
    "report.started": "Outcome report started",
    "report.saved": "Outcome report saved",
    "report.submitted": "Outcome report sent",
    "report.accepted": "Outcome report accepted",
    "report.returned": "Outcome report sent back with a question",
    "report.waived": "Outcome report not asked for any more",
    "publisher.saved": "Publisher of the open data saved",
    "impact.started": "Impact report begun",
    "impact.saved": "Impact report saved",
    "impact.submitted": "Impact report sent to a second person",
    "impact.returned": "Impact report sent back",
    "impact.approved": "Impact report approved",
    "indicator.added": "Indicator added",
    "indicator.revised": "New version of an indicator",
    "indicator.retired": "Indicator retired",
    "awards.published": "Awards published as open data",
}


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        from accounts import permissions, wording, worklist
        from accounts.context import register_navigation
        from accounts.enums import TeamRole
        from focus_people.uses import register_uses
        from grants import grant_page

        from . import grant_section, rules, tasks, verbs  # noqa: F401
        from .retention import uses

        register_uses(uses)
        permissions.register(rules.RULES)
        wording.register_events(EVENT_WORDS)
        worklist.register_todos(tasks.reports_to_write)
        worklist.register_todos(tasks.reports_to_read)
        worklist.register_todos(tasks.impact_reports_to_approve)

        grant_page.register_links(40, grant_section.links)
        grant_page.register_acts(10, grant_section.acts)
        grant_page.register_due(grant_section.due)
        grant_page.register_section(40, grant_section.section)

        def is_staff(user: Any) -> bool:
            return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)

        register_navigation(50, "Outcome reports", "outcome-reports", is_staff)
        register_navigation(
            60,
            "Impact",
            "impact",
            is_staff,
            also=("prepare-open-data", "impact-report", "impact-reports", "indicators"),
        )
        register_navigation(
            60, "Published figures", "impact-published", lambda user: user.is_team(TeamRole.FUNDER)
        )
        worklist.register_section(60, tasks.published_figures)
        worklist.register_section(60, tasks.audit_trail)

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
    "story.written": "Story written",
    "story.saved": "Story changed",
    "story.submitted": "Story sent to the programme",
    "story.returned": "Story sent back",
    "story.published": "Story published",
    "story.withdrawn": "Story withdrawn",
    "saving.asked": "Commissioner asked to confirm the saving",
    "saving.answered": "Commissioner answered about the saving",
    "survey.worded": "Survey wording saved",
    "survey.planned": "Survey wave made",
    "survey.invited": "People invited to the survey",
    "survey.opened": "Survey opened",
    "survey.closed": "Survey closed",
    "survey.published": "Survey results published",
    "survey.improvement_planned": "Improvement planned after a survey",
    "survey.improvement_done": "Improvement after a survey done",
}


class OutcomesConfig(AppConfig):
    name = "outcomes"

    def ready(self) -> None:
        from accounts import chores, notices, permissions, wording, worklist
        from accounts.context import register_navigation
        from accounts.enums import MemberRole, TeamRole
        from accounts.retention import register_retention
        from focus_people import person_page
        from focus_people.uses import register_uses
        from grants import grant_page
        from grants.querysets import NOT_HELPERS

        from . import grant_section, reminders, rules, savings, stories, tasks, verbs  # noqa: F401
        from .notices import NOTICES
        from .retention import CLASSES, uses
        from .survey import rules as survey_rules
        from .survey import verbs as survey_verbs  # noqa: F401

        register_uses(uses)
        register_retention(*CLASSES)
        person_page.register_links(stories.person_links)
        permissions.register(rules.RULES)
        permissions.register(survey_rules.RULES)
        permissions.register(savings.RULES)
        permissions.register(stories.RULES)
        chores.register_chore(stories.purge_stories)
        chores.register_chore(reminders.remind)
        notices.register_notices(NOTICES)
        wording.register_events(EVENT_WORDS)
        worklist.register_todos(tasks.reports_to_write)
        worklist.register_todos(tasks.reports_to_read)
        worklist.register_todos(tasks.impact_reports_to_approve)
        worklist.register_todos(tasks.stories_to_read)

        grant_page.register_links(40, grant_section.links)
        grant_page.register_links(50, grant_section.savings_link)
        grant_page.register_acts(10, grant_section.acts)
        grant_page.register_due(grant_section.due)
        grant_page.register_section(40, grant_section.section)

        def is_staff(user: Any) -> bool:
            return user.is_team(TeamRole.OFFICER, TeamRole.PROGRAMME_LEAD)

        def has_grants(user: Any) -> bool:
            return bool(user.organisation_ids(MemberRole.LEAD, MemberRole.CONTRIBUTOR))

        register_navigation(45, "At a glance", "grants-at-a-glance", has_grants, group="Grants")
        register_navigation(
            50,
            "Outcome reports",
            "outcome-reports",
            is_staff,
            also=("grants-at-a-glance",),
            group="Impact",
        )
        register_navigation(
            60,
            "Impact",
            "impact",
            is_staff,
            also=("prepare-open-data", "impact-report", "impact-reports", "indicators"),
            group="Impact",
        )
        register_navigation(
            60,
            "Published figures",
            "impact-published",
            lambda user: user.is_team(TeamRole.FUNDER),
            group="Impact",
        )
        register_navigation(
            64,
            "Stories",
            "stories",
            lambda user: is_staff(user) or bool(list(user.organisation_ids(*NOT_HELPERS))),
            also=("story", "edit-story", "story-verb"),
            group="Impact",
        )
        register_navigation(
            65, "Surveys", "surveys", lambda user: survey_rules.can_read(user, None), group="Impact"
        )
        worklist.register_section(60, tasks.published_figures)
        worklist.register_section(60, tasks.audit_trail)

"""What the leads have published of the programme: the awards as open data, then an edition of the impact
report. Both after the story, with what it left in the figures.
"""

from datetime import date
from typing import TYPE_CHECKING

from grants.models import Programme

from .. import actions, workflow
from ..enums import Licence, ReportAudience
from ..impact_report import SECTIONS

if TYPE_CHECKING:
    from .story import Story

SUMMARY = """Sixty-five organisations trained the people around 169 people. Most of those that reported said \
that a hospital admission was avoided or reduced.

These are reports of the organisations. They do not prove that the training was the reason."""
EASY_READ = """We gave money for training.
The training was about one person each time.
169 people had better trained people around them.
Most organisations said fewer people went into hospital.
We cannot be sure that the training was the reason."""
WORDS = {
    "changes": "Worse counts as readily as better, and a missing answer is never a zero.",
    "staffing": "Fewer staff at a time is good only where it is safe, so few of them count.",
}


def publish(story: "Story", programme: Programme) -> None:
    """The awards, then the report: sent by one lead and approved by another."""
    lead, other = story.staff["lead"], story.staff["lead.two"]
    actions.save_publisher(
        by=lead,
        prefix="exampleskills",
        name="Example Skills Charity",
        identifier="GB-CHC-1098765",
        website="https://example.org",
        licence=Licence.CC_BY,
    )
    workflow.publish_awards(by=lead)
    report = actions.start_impact_report(
        by=lead,
        title=f"What {programme} achieved",
        programme=programme,
        audience=ReportAudience.PUBLISHED,
        cut_off=date(2017, 6, 30),
        sections=list(SECTIONS),
        summary=SUMMARY,
        easy_read=EASY_READ,
        commentary=WORDS,
    )
    report = workflow.submit_impact_report(report, by=lead)
    workflow.approve_impact_report(report, by=other)

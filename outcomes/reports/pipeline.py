"""How far the applications of a scope have come by the cut-off: started, sent, decided, awarded, agreed,
under way, closed. Each stage holds those of the stages after it.
"""

from dataclasses import dataclass

from django.db.models import Count, Q

from grants.enums import AWARDING
from grants.models import Application

from .scope import Scope


@dataclass(frozen=True)
class Pipeline:
    """(stage, how many came so far), in the order of the stages; left: withdrawn or not eligible."""

    stages: tuple[tuple[str, int], ...]

    @property
    def started(self) -> int:
        return self.stages[0][1]


def pipeline(scope: Scope) -> Pipeline:
    """One query over the applications of the scope."""
    until, day = scope.until, scope.cut_off
    awarded = Q(decision__outcome__in=AWARDING, decision__released_at__lt=until)
    stages = {
        "Started": Q(started_at__lt=until),
        "Sent": Q(submitted_at__lt=until),
        "Decided": Q(decision__released_at__lt=until),
        "Awarded": awarded,
        "Agreed": Q(grant__agreed_at__lt=until),
        "Training under way or done": Q(grant__activated_on__lte=day),
        "Closed": Q(grant__closed_at__lt=until),
    }
    counts = Application.objects.filter(scope.of_applications()).aggregate(
        **{f"stage_{n}": Count("pk", filter=q) for n, q in enumerate(stages.values())}
    )
    return Pipeline(tuple((label, counts[f"stage_{n}"]) for n, label in enumerate(stages)))

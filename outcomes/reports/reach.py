"""Reach and money: what was bought, for how many people, by how many organisations (domain 2.1).

Reach and money count grants agreed by the cut-off; training counts those that reached active
(clarification 4). Both costs of an intervention stand apart: awarded and spent (clarification 5).
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from accounts.enums import Region

from .figure import Column, Figure, Missing, Record, pence, plain, pounds_text, several
from .learning import Learning
from .records import GrantRow, Records

ZERO = Decimal("0.00")


@dataclass(frozen=True)
class Reach:
    """Counts. `active` are the grants whose training can be counted at all."""

    organisations: int
    grants: int
    focus_people: int
    training_interventions: int
    people_trained: int
    active: int

    @property
    def interventions_each(self) -> Fraction | None:
        """Interventions for each grant that reached active (17.2 in the pilot)."""
        return Fraction(self.training_interventions, self.active) if self.active else None


@dataclass(frozen=True)
class Money:
    """Pounds, two places; None where it cannot be worked out."""

    awarded: Decimal
    mean_grant: Decimal | None
    spent: Decimal
    awarded_per_intervention: Decimal | None
    spent_per_intervention: Decimal | None
    with_claims: int


def reach(records: Records, learnt: Learning) -> Reach:
    """How many organisations, grants, focus people, interventions and people trained."""
    grants = records.grants
    return Reach(
        organisations=len({grant.organisation_id for grant in grants}),
        grants=len(grants),
        focus_people=len({grant.person_id for grant in grants}),
        training_interventions=learnt.interventions,
        people_trained=learnt.people,
        active=len(records.active),
    )


def money(records: Records, learnt: Learning) -> Money:
    """Awarded, mean, spent, and what an intervention cost by each of the two."""
    grants = records.grants
    awarded = sum((grant.amount for grant in grants), ZERO)
    spent = sum((grant.spent for grant in grants if grant.spent is not None), ZERO)
    count = learnt.interventions
    return Money(
        awarded=awarded,
        mean_grant=pence(Fraction(awarded) / len(grants)) if grants else None,
        spent=spent,
        awarded_per_intervention=pence(Fraction(awarded) / count) if count else None,
        spent_per_intervention=pence(Fraction(spent) / count) if count else None,
        with_claims=sum(1 for grant in grants if grant.spent is not None),
    )


# --- the figures --------------------------------------------------------------------------------

_GRANT_COLUMNS = (Column("Grant"), Column("Organisation"), Column("Region"))


def _rows(
    grants: list[GrantRow], last: Callable[[GrantRow], str], counts: Callable[[GrantRow], bool]
) -> list[Record]:
    return [
        Record(
            opens=("grant", grant.reference),
            cells=(
                f"{grant.alias}, {grant.reference}",
                grant.organisation,
                str(Region(grant.region).label),
                last(grant),
            ),
            counts=counts(grant),
        )
        for grant in grants
    ]


def _by_organisation(records: Records) -> list[Record]:
    counts = Counter(grant.organisation_id for grant in records.grants)
    first = {grant.organisation_id: grant for grant in reversed(records.grants)}
    return [
        Record(
            opens=("organisation", grant.organisation_reference),
            cells=(
                grant.organisation,
                str(Region(grant.region).label),
                plain(counts[grant.organisation_id]),
            ),
            counts=True,
        )
        for grant in sorted(first.values(), key=lambda g: g.organisation.lower())
    ]


def figures(records: Records, learnt: Learning) -> list[Figure]:
    """Every figure of reach and money, with its records."""
    found, spending = reach(records, learnt), money(records, learnt)
    cut_off = records.scope.cut_off
    grants = records.grants
    once = "Each counts once, whatever became of it later; offers that were never accepted do not count."
    amounts = _rows(grants, lambda g: pounds_text(g.amount), lambda g: True)
    claims = _rows(grants, lambda g: pounds_text(g.spent), lambda g: g.spent is not None)
    learners = _rows(
        records.active,
        lambda g: plain(learnt.by_grant.get(g.id, 0)),
        lambda g: learnt.by_grant.get(g.id, 0) > 0,
    )
    people = _rows(
        records.active,
        lambda g: plain(learnt.people_by_grant.get(g.id, 0)),
        lambda g: learnt.people_by_grant.get(g.id, 0) > 0,
    )
    money_columns = (*_GRANT_COLUMNS, Column("Awarded", numeric=True))
    claim_columns = (*_GRANT_COLUMNS, Column("Spent", numeric=True))
    learner_columns = (*_GRANT_COLUMNS, Column("Interventions", numeric=True))
    people_columns = (*_GRANT_COLUMNS, Column("People", numeric=True))
    grant_noun, agreed = ("grant", "grants"), "grants agreed by the cut-off"
    no_claim = (
        Missing("Agreed grants without an accepted claim", len(grants) - spending.with_claims),
    )
    intervention = (
        "One person who completed one activity. Somebody who completed two activities counts twice."
    )
    cascade = (
        "People whom trained staff taught in turn are not counted, and neither is anything that was "
        "taken out of the record."
    )
    return [
        Figure(
            id="organisations",
            title="Organisations",
            value=found.organisations,
            shown=plain(found.organisations),
            unit="organisations",
            definition=f"Organisations with at least one grant agreed by the cut-off. {once}",
            source="Programme definitions 2.1; clarification 4",
            cut_off=cut_off,
            record_columns=(
                Column("Organisation"),
                Column("Region"),
                Column("Grants", numeric=True),
            ),
            records=_by_organisation(records),
            record_noun=("organisation", "organisations"),
        ),
        Figure(
            id="grants",
            title="Grants",
            value=found.grants,
            shown=plain(found.grants),
            unit="grants",
            definition=f"Grants whose offer was accepted by the cut-off. {once}",
            source="Programme definitions 2.1; clarification 4",
            cut_off=cut_off,
            record_columns=money_columns,
            records=amounts,
            record_noun=grant_noun,
        ),
        Figure(
            id="focus-people",
            title="Focus people",
            value=found.focus_people,
            shown=plain(found.focus_people),
            unit="people",
            definition=(
                "People for whom at least one grant was agreed by the cut-off. Each grant is for one "
                "person, known to the programme by an alias only."
            ),
            source="Programme definitions 00.1; clarification 4",
            cut_off=cut_off,
            record_columns=money_columns,
            records=amounts,
            record_noun=grant_noun,
        ),
        Figure(
            id="interventions",
            title="Training interventions",
            value=found.training_interventions,
            shown=plain(found.training_interventions),
            unit="interventions",
            definition=f"{intervention} {cascade}",
            source="Programme definitions 00.3; clarifications 1, 4 and 6",
            cut_off=cut_off,
            denominators=(
                (
                    "Out of",
                    plain(found.active),
                    "grants that reached active by the cut-off: "
                    f"{plain(found.interventions_each)} interventions for each",
                ),
            ),
            missing=(
                Missing(
                    "Active grants with no completed activity yet",
                    sum(1 for g in records.active if not learnt.by_grant.get(g.id)),
                ),
            ),
            record_columns=learner_columns,
            records=learners,
            record_noun=grant_noun,
        ),
        Figure(
            id="people-trained",
            title="People trained",
            value=found.people_trained,
            shown=plain(found.people_trained),
            unit="people",
            definition=(
                "Members of circles of support who completed at least one activity. Nothing links the "
                "same person in two circles: somebody who belongs to both counts in each."
            ),
            source="Programme definitions, clarifications 1, 4 and 6",
            cut_off=cut_off,
            record_columns=people_columns,
            records=people,
            record_noun=grant_noun,
        ),
        Figure(
            id="awarded",
            title="Awarded",
            value=spending.awarded,
            shown=pounds_text(spending.awarded),
            unit="pounds",
            definition="The awards of all grants agreed by the cut-off, added up.",
            source="Programme definitions 2.1; clarification 4",
            cut_off=cut_off,
            record_columns=money_columns,
            records=amounts,
            record_noun=grant_noun,
        ),
        Figure(
            id="mean-grant",
            title="Mean grant",
            value=spending.mean_grant,
            shown=pounds_text(spending.mean_grant),
            unit="pounds",
            definition="What was awarded, divided by the number of grants.",
            source="Programme definitions 2.1",
            cut_off=cut_off,
            numerator=(pounds_text(spending.awarded), "awarded"),
            denominators=(("Denominator", plain(found.grants), agreed),),
            record_columns=money_columns,
            records=amounts,
            record_noun=grant_noun,
        ),
        Figure(
            id="spent",
            title="Spent",
            value=spending.spent,
            shown=pounds_text(spending.spent),
            unit="pounds",
            definition=(
                "Cash in claims that an officer accepted by the cut-off. What was given in kind is not "
                "money and is not counted."
            ),
            source="Programme definitions, clarification 19",
            cut_off=cut_off,
            missing=no_claim,
            missing_says="What they have spent is not known yet, and is not in the sum.",
            record_columns=claim_columns,
            records=claims,
            record_noun=grant_noun,
        ),
        Figure(
            id="awarded-per-intervention",
            title="Awarded for each intervention",
            value=spending.awarded_per_intervention,
            shown=pounds_text(spending.awarded_per_intervention),
            unit="pounds",
            definition="What was awarded, divided by the number of training interventions.",
            source="Programme definitions 00.3; clarification 5",
            cut_off=cut_off,
            numerator=(
                pounds_text(spending.awarded),
                f"awarded to {several(found.grants, 'grant', 'grants')}",
            ),
            denominators=(("Denominator", plain(learnt.interventions), "training interventions"),),
            record_columns=learner_columns,
            records=learners,
            record_noun=grant_noun,
        ),
        Figure(
            id="spent-per-intervention",
            title="Spent for each intervention",
            value=spending.spent_per_intervention,
            shown=pounds_text(spending.spent_per_intervention),
            unit="pounds",
            definition="What was spent, divided by the number of training interventions.",
            source="Programme definitions, clarifications 5 and 19",
            cut_off=cut_off,
            numerator=(pounds_text(spending.spent), "in accepted claims"),
            denominators=(("Denominator", plain(learnt.interventions), "training interventions"),),
            missing=no_claim,
            missing_says="Their spending is not known yet, while their interventions are counted.",
            record_columns=claim_columns,
            records=claims,
            record_noun=grant_noun,
        ),
    ]

from django.db import migrations


def first_versions(apps, schema_editor):
    """Version 1 of every round: its questions and criteria, what it set, and every application of it."""
    names = ("Round", "Terms", "Question", "Criterion", "Application")
    held = {name: apps.get_model("grants", name) for name in names}
    for round in held["Round"].objects.all():
        terms = held["Terms"].objects.create(
            round=round,
            number=1,
            threshold=round.threshold,
            quorum=round.quorum,
            published_at=round.published_at,
            published_by=round.published_by,
        )
        for name in names[2:]:
            held[name].objects.filter(round=round).update(terms=terms)


class Migration(migrations.Migration):
    dependencies = [("grants", "0014_a_round_has_versions")]
    operations = [migrations.RunPython(first_versions, migrations.RunPython.noop)]

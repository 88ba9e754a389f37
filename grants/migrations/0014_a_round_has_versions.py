from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a round asks and how it judges gets versions of its own: the new columns, still empty."""

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("grants", "0013_documents_once_without_a_line_too"),
    ]

    operations = [
        migrations.CreateModel(
            name="Terms",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                (
                    "threshold",
                    models.DecimalField(decimal_places=2, default=Decimal("60.00"), max_digits=5),
                ),
                ("quorum", models.PositiveSmallIntegerField(default=3)),
                (
                    "reason",
                    models.CharField(blank=True, max_length=300, verbose_name="why it was changed"),
                ),
                ("published_at", models.DateTimeField(blank=True, null=True)),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "round",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="versions",
                        to="grants.round",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "terms",
                "constraints": [
                    models.UniqueConstraint(fields=("round", "number"), name="terms_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("published_at__isnull", True)),
                        fields=("round",),
                        name="one_version_being_written",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("threshold__range", (0, 100))), name="terms_threshold"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quorum__range", (1, 9))), name="terms_quorum"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("published_at__isnull", True), ("published_by__isnull", True)
                            ),
                            models.Q(
                                ("published_at__isnull", False), ("published_by__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="terms_published_pair",
                    ),
                ],
            },
        ),
        *(
            migrations.AddField(
                model_name=model,
                name="terms",
                field=models.ForeignKey(
                    null=True,
                    on_delete=on_delete,
                    related_name=related,
                    to="grants.terms",
                ),
            )
            for model, related, on_delete in (
                ("question", "questions", django.db.models.deletion.CASCADE),
                ("criterion", "criteria", django.db.models.deletion.CASCADE),
                ("application", "applications", django.db.models.deletion.PROTECT),
            )
        ),
    ]

from decimal import Decimal

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("grants", "0001_the_road_of_the_money"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="payment",
            name="one_payment_per_instalment",
        ),
        migrations.AddField(
            model_name="claim",
            name="is_final",
            field=models.BooleanField(default=True, verbose_name="everything is spent"),
        ),
        migrations.AddField(
            model_name="condition",
            name="note",
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name="condition",
            name="outcome",
            field=models.CharField(
                blank=True, choices=[("met", "Met"), ("not_needed", "Not needed")], max_length=10
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="repaid",
            field=models.DecimalField(
                decimal_places=2,
                default=Decimal("0.00"),
                max_digits=9,
                verbose_name="paid back by the organisation",
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="repaid_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="grant",
            name="repaid_by",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text", "Words"),
                    ("needs", "Needs of the person"),
                    ("outcomes", "Measurable outcomes"),
                ],
                default="text",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="claimline",
            name="amount",
            field=models.DecimalField(blank=True, decimal_places=2, max_digits=9, null=True),
        ),
        migrations.AddConstraint(
            model_name="condition",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("met_at__isnull", True), ("outcome", "")),
                    models.Q(("met_at__isnull", False), ("outcome__in", ["met", "not_needed"])),
                    _connector="OR",
                ),
                name="condition_outcome",
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(("repaid__gte", 0)), name="grant_repaid"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("repaid_at__isnull", True), ("repaid_by__isnull", True)),
                    models.Q(("repaid_at__isnull", False), ("repaid_by__isnull", False)),
                    _connector="OR",
                ),
                name="grant_repaid_pair",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.UniqueConstraint(
                fields=("grant", "instalment"), name="one_row_per_instalment"
            ),
        ),
    ]

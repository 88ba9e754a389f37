import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("grants", "0015_each_round_gets_its_first_version")]

    operations = [
        migrations.RemoveConstraint(model_name="question", name="question_number_once"),
        migrations.RemoveConstraint(model_name="criterion", name="criterion_once"),
        migrations.RemoveField(model_name="question", name="round"),
        migrations.RemoveField(model_name="criterion", name="round"),
        migrations.RemoveField(model_name="round", name="threshold"),
        migrations.RemoveField(model_name="round", name="quorum"),
        migrations.AlterField(
            model_name="question",
            name="terms",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="questions",
                to="grants.terms",
            ),
        ),
        migrations.AlterField(
            model_name="criterion",
            name="terms",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="criteria",
                to="grants.terms",
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="terms",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="grants.terms",
                verbose_name="version of the round's questions and criteria",
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.UniqueConstraint(
                fields=("terms", "number"), name="question_number_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="criterion",
            constraint=models.UniqueConstraint(fields=("terms", "code"), name="criterion_once"),
        ),
    ]

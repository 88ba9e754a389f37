from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("training", "0011_names_of_list_entries"),
    ]

    operations = [
        migrations.AddField(
            model_name="session",
            name="starts_at",
            field=models.TimeField(
                blank=True, null=True, verbose_name="when it starts, in London (empty: not said)"
            ),
        ),
    ]

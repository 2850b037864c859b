from django.db import migrations


def take_dates_away(apps, schema_editor):
    """Take away the dates of the next evaluation of collaborations that ended before ending did so."""
    ended = apps.get_model("collab", "Collaboration").objects.filter(stage="ended")
    ended.update(next_evaluation_on=None, evaluation_anchor_on=None)


class Migration(migrations.Migration):
    dependencies = [("collab", "0001_initial")]

    operations = [migrations.RunPython(take_dates_away, migrations.RunPython.noop)]

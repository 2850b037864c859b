"""Keep whether somebody answers part by part, and give version 1 of the questionnaire its better words.

Nobody had answered a real round by then, so that no answer changes its meaning.
"""

from typing import Any

import pgtrigger
from django.db import migrations, models

from assessments.instruments import load_content


def take_over_words(apps: Any, schema_editor: Any) -> None:
    """Replace the stored words of version 1 by those of its file."""
    instruments = apps.get_model("assessments", "Instrument").objects
    # A version that a round uses never changes, and a trigger holds that: this once it does.
    with pgtrigger.ignore("assessments.Instrument:immutable_when_used"):
        instruments.filter(key="seven_factors", version=1).update(content=load_content("seven_factors", 1))


class Migration(migrations.Migration):
    dependencies = [("assessments", "0003_work_on_this")]

    operations = [
        migrations.AddField(
            model_name="response", name="by_part", field=models.BooleanField(default=False, db_default=False)
        ),
        migrations.RunPython(take_over_words, migrations.RunPython.noop),
    ]

"""Between migrating and starting anew, processes of the version before go on writing: new columns take that."""

import pytest
from django.apps import apps
from django.conf import settings
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

Operation = migrations.operations.base.Operation


def own_migrations() -> list[migrations.Migration]:
    """Return the migrations of our own apps, without those that make tables of an installation that is new."""
    ours = {app.label for app in apps.get_app_configs() if str(settings.BASE_DIR) == app.path.rpartition("/")[0]}
    found = MigrationLoader(None).disk_migrations
    return [migration for key, migration in sorted(found.items()) if key[0] in ours and not migration.initial]


def refuses_old_rows(operation: Operation) -> bool:
    """Return whether an operation adds a column that has to be filled, and that the database does not fill."""
    if not isinstance(operation, migrations.AddField):
        return False
    field = operation.field
    filled = field.null or field.many_to_many or isinstance(field, models.GeneratedField)
    return not filled and field.db_default is NOT_PROVIDED


@pytest.mark.parametrize("migration", own_migrations(), ids=str)
def test_new_columns_have_a_database_default(migration: migrations.Migration) -> None:
    operations = list(migration.operations)
    for operation in migration.operations:
        operations += getattr(operation, "database_operations", [])

    assert [operation.describe() for operation in operations if refuses_old_rows(operation)] == []


@pytest.mark.parametrize(
    ("field", "is_refused"),
    [
        (models.CharField(max_length=10), True),
        (models.CharField(max_length=10, default="new"), True),
        (models.ForeignKey("partners.Organisation", models.CASCADE), True),
        (models.CharField(max_length=10, default="new", db_default="new"), False),
        (models.DateField(null=True), False),
        (models.ManyToManyField("partners.Organisation"), False),
        (models.GeneratedField(expression=models.F("id"), output_field=models.IntegerField(), db_persist=True), False),
    ],
)
def test_a_column_that_old_processes_cannot_fill_is_noticed(field: models.Field, is_refused: bool) -> None:
    assert refuses_old_rows(migrations.AddField("organisation", "novelty", field)) is is_refused

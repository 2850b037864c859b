import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

ROLES = ("coordinator", "manager", "administrator")


def make_roles(apps, schema_editor):
    """Make the groups that every installation has."""
    group = apps.get_model("auth", "Group")
    for role in ROLES:
        group.objects.get_or_create(name=role)


class Migration(migrations.Migration):
    # SignInAddress stands on a table of allauth, whose own migrations need the first migration of this app.
    dependencies = [
        ("account", "0009_emailaddress_unique_primary_email"),
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(make_roles, migrations.RunPython.noop),
        migrations.CreateModel(
            name="SignInAddress",
            fields=[],
            options={"proxy": True, "indexes": [], "constraints": []},
            bases=("account.emailaddress",),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signinaddress',
            trigger=pgtrigger.compiler.Trigger(name='only_own_address', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n    NEW.email := COALESCE((SELECT email FROM accounts_user WHERE id = NEW.user_id), NEW.email);\n    RETURN NEW;\n', hash='f75b2cd9284a6c725926e3cb99a5badaa7f86a74', operation='INSERT OR UPDATE', pgid='pgtrigger_only_own_address_30140', table='account_emailaddress', when='BEFORE')),
        ),
    ]

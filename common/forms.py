"""What every form shares."""

from django.forms import BaseForm

from common.actions import ActionRefused


def add_refusal(form: BaseForm, refusal: ActionRefused) -> None:
    """Show why an action refused, beside its field where it names one."""
    field = refusal.field if refusal.field in form.fields else None
    form.add_error(field, refusal.message)

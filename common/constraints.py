"""Turn refusals by the database into words."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction

from common.actions import ActionRefused


@contextmanager
def refusing_violations(model: type[models.Model], *, field: str | None = None) -> Iterator[None]:
    """Turn the breach of a constraint of ``model`` into ActionRefused with the constraint's own message.

    Two people who act at the same moment both pass every earlier check; the database stops the second one.
    The transaction around it stays usable.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        broken = next((c for c in model._meta.constraints if c.name == name), None)
        if broken is None:
            raise
        raise ActionRefused(str(broken.get_violation_error_message()), field=field) from error

from datetime import datetime

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from assessments import instruments
from common.models import TimeStamped

_definitions: dict[int, tuple[datetime, instruments.Instrument]] = {}

# A cycle locks its instrument: whoever answered must be able to find the very words again.
_IMMUTABLE_WHEN_USED = """
    IF EXISTS (SELECT 1 FROM assessments_evaluationcycle WHERE instrument_id = OLD.id) THEN
        RAISE EXCEPTION 'instrument % version % is in use and cannot change', OLD.key, OLD.version;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    RETURN NEW;
"""


class Instrument(TimeStamped):
    """A version of a questionnaire; immutable once a cycle uses it (a database trigger holds this).

    ``content`` is the instrument block of its content file.
    """

    key = models.SlugField(_("key"), max_length=60)
    version = models.PositiveSmallIntegerField(_("version"))
    content = models.JSONField()

    class Meta:
        ordering = ["key", "-version"]
        verbose_name = _("questionnaire")
        verbose_name_plural = _("questionnaires")
        constraints = [models.UniqueConstraint("key", "version", name="instrument_version_unique")]
        triggers = [
            pgtrigger.Trigger(
                name="immutable_when_used",
                when=pgtrigger.Before,
                operation=pgtrigger.Update | pgtrigger.Delete,
                func=_IMMUTABLE_WHEN_USED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @property
    def definition(self) -> instruments.Instrument:
        """Return the content, parsed once per process."""
        known = _definitions.get(self.pk)
        if known is None or known[0] != self.updated_at:
            known = _definitions[self.pk] = (self.updated_at, instruments.parse_instrument(self.content))
        return known[1]

from assessments.instruments import load_content, parse_instrument
from assessments.models import Instrument
from common.actions import ActionRefused

SEVEN_FACTORS = ("seven_factors", 1)


def load_questionnaire(*, key: str = SEVEN_FACTORS[0], version: int = SEVEN_FACTORS[1]) -> Instrument:
    """Return the stored questionnaire, and make it from its content file when it does not exist yet.

    A version that no cycle uses follows its file. Refuses when the file of a used version has other words, because the
    answers must keep their meaning.
    """
    content = load_content(key, version)
    parse_instrument(content)
    instrument, made = Instrument.objects.get_or_create(key=key, version=version, defaults={"content": content})
    if not made and instrument.content != content:
        if instrument.cycles.exists():
            raise ActionRefused(f"{key} version {version} is in use and its file differs: give it a new version")
        instrument.content = content
        instrument.save(update_fields=["content"])
    return instrument

"""Calendar arithmetic that keeps its anchor."""

from datetime import date

from dateutil.relativedelta import relativedelta


def add_months(anchor: date, months: int) -> date:
    """The same day ``months`` later, or the last day of a shorter month: 31 January + 1 is 28 or 29 February."""
    return anchor + relativedelta(months=months)


def next_in_series(anchor: date, every_months: int, after: date) -> date:
    """The first date ``anchor + n × every_months`` (n ≥ 1) later than ``after``.

    Always counted from the anchor, so 31 January + 1 month is 28 February and + 2 is 31 March.
    ``every_months`` must be at least 1.
    """
    if every_months < 1:
        raise ValueError("every_months must be at least 1")
    elapsed = (after.year - anchor.year) * 12 + after.month - anchor.month
    steps = max(1, elapsed // every_months)
    while add_months(anchor, steps * every_months) <= after:
        steps += 1
    return add_months(anchor, steps * every_months)

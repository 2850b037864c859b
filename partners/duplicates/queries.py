"""Find organisations with the same matching keys, along the indexes of these columns."""

from django.db import connection
from django.db.models import Q

from partners.matching_keys import number_key, plain_name, website_host
from partners.querysets import OrganisationQuerySet

# A name, website or number that more organisations share than this is no sign of a duplicate.
MOST_SHARING = 8
# Strength is the sum of the reasons of a pair. Shared keys are found by walking along an index, so that only the rows
# of organisations that share one are read.
DUPLICATE_PAIRS = f"""
    WITH matches AS (
        SELECT one.id AS first, other.id AS second, 'number' AS reason, 8 AS strength
        FROM (
            SELECT number_key, country FROM partners_organisation WHERE number_key <> ''
            GROUP BY number_key, country HAVING count(*) BETWEEN 2 AND {MOST_SHARING}
        ) AS shared JOIN partners_organisation AS one USING (number_key, country)
        JOIN partners_organisation AS other USING (number_key, country)
        WHERE other.id > one.id
        UNION ALL
        SELECT one.id, other.id, 'name',
            CASE WHEN one.country <> other.country THEN 1 WHEN one.sort_city <> other.sort_city THEN 2 ELSE 4 END
        FROM (
            SELECT plain_name FROM partners_organisation WHERE plain_name <> ''
            GROUP BY plain_name HAVING count(*) BETWEEN 2 AND {MOST_SHARING}
        ) AS shared JOIN partners_organisation AS one USING (plain_name)
        JOIN partners_organisation AS other USING (plain_name)
        WHERE other.id > one.id
        UNION ALL
        SELECT one.id, other.id, 'website', 2
        FROM (
            SELECT website_host FROM partners_organisation WHERE website_host <> ''
            GROUP BY website_host HAVING count(*) BETWEEN 2 AND {MOST_SHARING}
        ) AS shared JOIN partners_organisation AS one USING (website_host)
        JOIN partners_organisation AS other USING (website_host)
        WHERE other.id > one.id
    )
    SELECT first, second, array_agg(reason ORDER BY reason) FROM matches
    WHERE NOT EXISTS (
        SELECT FROM partners_notduplicate AS said WHERE said.first_id = first AND said.second_id = second
    )
    GROUP BY first, second
    HAVING %s = '' OR bool_or(reason = %s)
    ORDER BY sum(strength) DESC, first, second
    LIMIT %s OFFSET %s
"""


def with_same_keys(
    rows: OrganisationQuerySet, *, name: str = "", website: str = "", number: str = "", country: str = ""
) -> OrganisationQuerySet:
    """Return the organisations among ``rows`` with the same plain name, website host, or number in the same country.

    Leaves out a website that more than ``MOST_SHARING`` organisations have. Returns none where no key can be made.
    """
    plain, host, key = plain_name(name), website_host(website), number_key(number)
    matching = Q(pk__in=[])
    if plain:
        matching |= Q(plain_name=plain)
    if host and rows.filter(website_host=host)[: MOST_SHARING + 1].count() <= MOST_SHARING:
        matching |= Q(website_host=host)
    if key:
        matching |= Q(number_key=key, country=country)
    return rows.filter(matching)


def duplicate_pairs(reason: str, limit: int, offset: int = 0) -> list[tuple[int, int, list[str]]]:
    """Return pairs of keys of possible duplicates with their reasons, the likeliest first, without dismissed pairs.

    ``reason`` narrows to pairs that have it among theirs. Reads the whole registry: for colleagues only.
    """
    with connection.cursor() as cursor:
        cursor.execute(DUPLICATE_PAIRS, [reason, reason, limit, offset])
        return list(cursor.fetchall())

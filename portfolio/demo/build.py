"""Make the demo through the actions, from the past to today. The same seed gives the same data."""

import random
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from collab.models import Collaboration
from common.actions import ActionRefused
from common.dates import add_months
from notifications.actions import mark_past_mails_sent
from partners.models import Organisation
from portfolio.demo import content as text
from portfolio.demo.identity import add_identities
from portfolio.demo.imports import import_list
from portfolio.demo.lists import add_views
from portfolio.demo.people import add_organisations, open_partner_access, start
from portfolio.demo.registry import enrich_registry, leave_doubles, merge_double, move_somebody
from portfolio.demo.shortlists import add_shortlists
from portfolio.demo.stories import act_out
from portfolio.demo.world import DAYS_TO_ANSWER, on


def build(*, seed: int, scale: int = 1) -> None:
    """Fill an empty database with the demo, ``scale`` times as large, in one transaction.

    Refuses in production, because the accounts of the demo have a public password, and when there are collaborations
    already. Mails of the past count as sent; those of the round that is open now wait to be delivered.
    """
    if not settings.DEMO_ALLOWED:
        raise ActionRefused("the demo has passwords that everybody knows; it never goes into production")
    with transaction.atomic():
        if Collaboration.objects.exists():
            raise ActionRefused("there are collaborations in this database already; the demo goes into an empty one")
        today = timezone.localdate()
        with on(add_months(today, -42)):
            demo = start(random.Random(seed), today)
        for copy in range(scale):
            with on(add_months(today, -42)):
                organisations = add_organisations(demo, copy)
                if copy == 0:
                    enrich_registry(actor=demo.coordinator, partners=organisations, chance=random.Random(seed))
            for story in text.STORIES:
                act_out(demo, story, [organisations[index] for index in story.partners], copy)
        with on(add_months(today, -5)):
            merge_double(actor=demo.coordinator, organisation=Organisation.objects.get(name=text.ORGANISATIONS[1][0]))
        with on(add_months(today, -3)) as day:
            move_somebody(actor=demo.coordinator, day=day)
            leave_doubles(actor=demo.coordinator)
        open_partner_access(demo)
        add_identities(demo)
        add_shortlists(demo)
        import_list(actor=demo.coordinator, chance=random.Random(seed))
        add_views(demo.coordinator)
        mark_past_mails_sent(before=timezone.now() - timedelta(days=DAYS_TO_ANSWER))

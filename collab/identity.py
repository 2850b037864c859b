"""A gentle nudge to get to know each other: before a collaboration starts, and a year after the last conversation."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from collab.attention import MOST_NAMED, Attention, contributor
from collab.enums import Stage
from collab.models import Collaboration
from partners.comparison import FEWEST, MOST, is_long_ago
from partners.models import IdentityConversation, Organisation

BEFORE_THE_START = (Stage.EXPLORING, Stage.DESIGNING)


@contributor
def identity_conversations(collaboration: Collaboration, today: date) -> Iterator[Attention]:
    """With which partners the host did not talk about who they are yet, or not for a year."""
    organisations = [part.organisation for part in collaboration.participations.all()]
    host = next((row for row in organisations if row.is_host), None)
    partners = [row for row in organisations if not row.is_host]
    if host is None or not partners:
        return
    last = IdentityConversation.objects.last_with(host.pk, [row.pk for row in partners])
    if collaboration.stage in BEFORE_THE_START:
        never = [row for row in partners if row.pk not in last]
        yield from _nudges(collaboration, "identity_unknown", never, _not_yet)
    old = [row for row in partners if row.pk in last and is_long_ago(last[row.pk], today)]
    yield from _nudges(collaboration, "identity_long_ago", old, _long_ago)


def compare_url(collaboration: Collaboration) -> str:
    """Where those who take part stand side by side; nothing where there is nobody to compare, or not any more."""
    organisations = [part.organisation for part in collaboration.participations.all()][:MOST]
    if len(organisations) < FEWEST or collaboration.is_ended:
        return ""
    return reverse("partners:identity-compare") + _query(organisations)


def _not_yet(who: str) -> str:
    return _("You have not had an identity conversation with %(who)s yet.") % {"who": who}


def _long_ago(who: str) -> str:
    return _("The last identity conversation with %(who)s was over a year ago.") % {"who": who}


def _nudges(
    collaboration: Collaboration, code: str, partners: Sequence[Organisation], say: Callable[[str], str]
) -> Iterator[Attention]:
    """One for each partner; one for all when there are many."""
    if len(partners) > MOST_NAMED:
        yield _nudge(collaboration, code, partners, say(_("%(count)d partners") % {"count": len(partners)}))
    else:
        yield from (_nudge(collaboration, code, [row], say(row.name)) for row in partners)


def _nudge(collaboration: Collaboration, code: str, partners: Sequence[Organisation], message: str) -> Attention:
    host = [part.organisation for part in collaboration.participations.all() if part.organisation.is_host]
    return Attention(
        code=code,
        tone="quiet",
        message=message,
        offer=pgettext("identity", "Prepare the conversation"),
        perm="partners.record_conversation",
        subject=collaboration,
        url_name="partners:identity-compare",
        args=(),
        known_to="partners.record_conversation",
        after_url=_query([*host, *partners][:MOST]),
        is_nudge=True,
    )


def _query(organisations: Sequence[Organisation]) -> str:
    return "?" + urlencode({"organisation": [row.pk for row in organisations]}, doseq=True)

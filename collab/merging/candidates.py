"""Move candidacies when two organisations are merged; part of a merge, whose permission and transaction hold."""

from collab.actions.candidates import CANDIDATE_TEXTS
from collab.enums import CandidateState
from collab.models import Candidate, Collaboration
from partners.merging.moves import join_texts
from partners.models import Organisation

# Of two candidacies that become one, the state with the highest number holds.
_WEIGHT: dict[str, int] = {CandidateState.NOT_CHOSEN: 0, CandidateState.CONSIDERED: 1, CandidateState.CHOSEN: 2}


def move_candidates(*, survivor: Organisation, duplicate: Organisation) -> None:
    """Move the candidacies of the duplicate to the survivor.

    Where both are candidates of the same collaboration their texts are joined; chosen wins over considered, and
    considered over not chosen. When the survivor is the host, considered candidacies are deleted: the host cannot be a
    candidate.
    """
    touched = Collaboration.objects.filter(candidates__organisation=duplicate).order_by("pk")
    list(touched.select_for_update(of=("self",), no_key=True))
    own = {row.collaboration_id: row for row in Candidate.objects.filter(organisation=survivor)}
    for row in Candidate.objects.filter(organisation=duplicate).order_by("pk"):
        if survivor.is_host and row.state == CandidateState.CONSIDERED:
            row.delete()
        elif there := own.get(row.collaboration_id):
            for name in CANDIDATE_TEXTS:
                setattr(there, name, join_texts(getattr(there, name), getattr(row, name)))
            if _WEIGHT[row.state] > _WEIGHT[there.state]:
                there.state, there.decision = row.state, row.decision
            row.delete()
            there.save()
        else:
            row.organisation = survivor
            row.save(update_fields=["organisation"])

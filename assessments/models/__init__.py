from assessments.models.cycles import CycleParty, EvaluationCycle
from assessments.models.invitations import Invitation, LinkReaddressed, PassOnRequest, PersonalLink, SideLink
from assessments.models.questionnaires import Instrument
from assessments.models.responses import PendingErasure, Response
from assessments.models.reviews import ReviewAttendee, ReviewMeeting

__all__ = [
    "CycleParty",
    "EvaluationCycle",
    "Instrument",
    "Invitation",
    "LinkReaddressed",
    "PassOnRequest",
    "PendingErasure",
    "PersonalLink",
    "Response",
    "ReviewAttendee",
    "ReviewMeeting",
    "SideLink",
]

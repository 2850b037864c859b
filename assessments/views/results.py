from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.http import signed_in
from assessments import rules
from assessments.actions import AgreedAction, correct_review, record_review
from assessments.enums import CycleStatus
from assessments.forms import AgreedActions, ReviewForm, ReviewUpdateForm
from assessments.models import EvaluationCycle, ReviewMeeting
from assessments.results import results_page
from common.dates import add_months
from common.views import refusals_in, require_perm


@require_safe
def cycle_results(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the results to people of the organisations that take part, and to colleagues."""
    cycle = _closed_or_404(request, pk)
    context = {
        **_results_for(request, cycle),
        "may_correct": cycle.status == CycleStatus.DISCUSSED
        and request.user.has_perm("assessments.correct_review", getattr(cycle, "review", None)),
        "may_review": cycle.status == CycleStatus.CLOSED and request.user.has_perm("assessments.record_review"),
    }
    return render(request, "assessments/cycle_results.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def review_create(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the review meeting, its actions and the next date in one go."""
    cycle = _closed_or_404(request, pk)
    require_perm(request, "assessments.record_review")
    if cycle.status == CycleStatus.DISCUSSED:
        messages.info(request, _("This round has been discussed already."))
        return redirect("assessments:cycle-results", cycle.pk)
    today = timezone.localdate()
    planned = cycle.collaboration.next_evaluation_on
    if planned is None or planned <= today:
        planned = add_months(today, cycle.collaboration.interval_months(today))
    form = ReviewForm(
        request.POST or None,
        collaboration=cycle.collaboration,
        initial={"held_on": today, "next_evaluation_on": planned},
    )
    actions = AgreedActions(request.POST or None, prefix="actions", form_kwargs={"collaboration": cycle.collaboration})
    if request.method == "POST" and form.is_valid() & actions.is_valid():
        agreed = [AgreedAction(**row) for row in actions.cleaned_data if row]
        with refusals_in(form):
            record_review(actor=signed_in(request), cycle=cycle, agreed=agreed, **form.cleaned_data)
            messages.success(request, _("The meeting is recorded. The next evaluation is in the calendar."))
            return redirect("collab:collaboration-detail", cycle.collaboration_id)
    context = {
        **_results_for(request, cycle),
        "form": form,
        "actions": actions,
    }
    status = 422 if form.errors or (request.method == "POST" and not actions.is_valid()) else 200
    return render(request, "assessments/review_create.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def review_update(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct what was recorded of a review meeting."""
    cycle = _closed_or_404(request, pk)
    review = get_object_or_404(ReviewMeeting.objects.select_related("cycle__collaboration"), cycle=cycle)
    require_perm(request, "assessments.correct_review", review)
    form = ReviewUpdateForm(
        request.POST or None,
        review=review,
        initial={
            **{name: getattr(review, name) for name in ("held_on", "outcome", "summary", "next_evaluation_on")},
            "attendees": list(review.attendees.values_list("pk", flat=True)),
        },
    )
    if form.is_valid():
        with refusals_in(form):
            correct_review(actor=signed_in(request), review=review, **form.cleaned_data)
            messages.success(request, _("The meeting is corrected. Everybody sees that it was."))
            return redirect("assessments:cycle-results", cycle.pk)
    context = {"cycle": cycle, "collaboration": cycle.collaboration, "form": form}
    return render(request, "assessments/review_update.html", context, status=422 if form.errors else 200)


def _results_for(request: HttpRequest, cycle: EvaluationCycle) -> dict[str, Any]:
    user = signed_in(request)
    # Not through ``has_perm``, which says yes to a superuser whatever the rule.
    return results_page(cycle, EvaluationCycle.objects.visible_to(user), is_asked=rules.reads_names(user, cycle))


def _closed_or_404(request: HttpRequest, pk: int) -> EvaluationCycle:
    cycles = EvaluationCycle.objects.visible_to(signed_in(request)).ended()
    related = cycles.select_related("collaboration", "instrument", "review")
    related = related.defer("instrument__content", "collaboration__search", "collaboration__search_text")
    cycle: EvaluationCycle = get_object_or_404(related, pk=pk)
    return cycle

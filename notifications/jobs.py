"""What has to happen because a day has come; apps register their part, ``run_due`` runs all."""

import logging
from collections.abc import Callable
from datetime import date

logger = logging.getLogger(__name__)
Job = Callable[[date, bool], int]
_jobs: dict[str, tuple[int, Job]] = {}


def due_job(name: str, order: int = 10) -> Callable[[Job], Job]:
    """Register ``job(today, dry_run)``, which returns how many things it did, or would do in a dry run.

    Lower orders run first. A job does what is due up to ``today``, is safe to run twice and beside itself.
    """

    def register(job: Job) -> Job:
        _jobs[name] = (order, job)
        return job

    return register


def run_due_jobs(today: date, dry_run: bool = False, failures: list[str] | None = None) -> dict[str, int]:
    """Run every job in order; the counts by name. A job that fails is logged, added to ``failures``, and counts 0."""
    done: dict[str, int] = {}
    for name, (_order, job) in sorted(_jobs.items(), key=lambda item: (item[1][0], item[0])):
        done[name] = 0
        try:
            done[name] = job(today, dry_run)
        except Exception as error:
            logger.exception("job %s failed", name)
            if failures is not None:
                failures.append(f"{name}: {error}")
    return done

"""Jobs that are due because a day has come; apps register theirs, ``run_due`` runs all."""

import logging
from collections.abc import Callable
from datetime import date

logger = logging.getLogger(__name__)
Job = Callable[[date, bool], int]
_jobs: dict[str, tuple[int, Job]] = {}


def due_job(name: str, order: int = 10) -> Callable[[Job], Job]:
    """Register ``job(today, dry_run)``, which returns the number of things it did, or would do in a dry run.

    Lower orders run first. A job does the work due up to ``today``, and is safe to run twice and in parallel.
    """

    def register(job: Job) -> Job:
        _jobs[name] = (order, job)
        return job

    return register


def run_due_jobs(today: date, dry_run: bool = False, failures: list[str] | None = None) -> dict[str, int]:
    """Run every job in order; return the counts by name.

    Logs a job that fails, adds it to ``failures`` and counts 0 for it.
    """
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

from datetime import date

from notifications.jobs import due_job, run_due_jobs

TODAY = date(2026, 3, 1)


def test_jobs_run_in_order_and_count() -> None:
    seen: list[tuple[str, date, bool]] = []

    @due_job(name="closed", order=20)
    def close(today: date, dry_run: bool) -> int:
        seen.append(("closed", today, dry_run))
        return 2

    @due_job(name="opened", order=10)
    def open_(today: date, dry_run: bool) -> int:
        seen.append(("opened", today, dry_run))
        return 1

    assert list(run_due_jobs(TODAY).items()) == [("opened", 1), ("closed", 2)]
    assert seen == [("opened", TODAY, False), ("closed", TODAY, False)]


def test_dry_run_is_handed_to_every_job() -> None:
    seen: list[bool] = []

    @due_job(name="opened")
    def job(today: date, dry_run: bool) -> int:
        seen.append(dry_run)
        return 3

    assert run_due_jobs(TODAY, dry_run=True) == {"opened": 3}
    assert seen == [True]


def test_one_job_that_fails_stops_no_other() -> None:
    @due_job(name="broken", order=1)
    def broken(today: date, dry_run: bool) -> int:
        raise ValueError("no such day")

    @due_job(name="opened", order=2)
    def job(today: date, dry_run: bool) -> int:
        return 1

    failures: list[str] = []
    assert run_due_jobs(TODAY, failures=failures) == {"broken": 0, "opened": 1}
    assert failures == ["broken: no such day"]

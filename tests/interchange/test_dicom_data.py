"""pydicom kept quiet: what it says holds the values of patients."""

from __future__ import annotations

import threading
import warnings

from labeler.interchange.dicom_data import quiet


def test_two_threads_at_once_leave_the_filters_of_warnings_as_they_were() -> None:
    before = list(warnings.filters)
    entered, leave = threading.Event(), threading.Event()

    def other() -> None:
        with quiet():
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    with quiet():
        thread.start()
        entered.wait(0.2)  # it has to wait until this one leaves
    leave.set()
    thread.join()
    assert list(warnings.filters) == before

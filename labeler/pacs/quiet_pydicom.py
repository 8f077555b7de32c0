"""pydicom kept from telling what an archive wrote: its warnings and log lines hold the values."""

from __future__ import annotations

import logging
import warnings


def quiet_pydicom() -> None:
    """Set it for the whole process, always the same way, so that no thread sees it change.

    What is odd in an answer is judged where it is used.
    """
    from pydicom import config

    config.settings.reading_validation_mode = config.IGNORE
    config.settings.writing_validation_mode = config.IGNORE
    logging.getLogger("pydicom").disabled = True
    for module in (r"pydicom(\..*)?", r"pynetdicom(\..*)?", r"labeler\.pacs\..*"):
        warnings.filterwarnings("ignore", category=UserWarning, module=f"{module}$")

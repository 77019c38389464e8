"""Pre-training of encoder-decoder language models by denoising, on Apache Spark."""

from palimpsest._errors import PalimpsestError
from palimpsest._looks import Page, doctor, preview, sample_texts
from palimpsest._runs import read_evaluations, read_metrics, watch
from palimpsest._session import configure, session
from palimpsest._snapshot import Evaluation, Sample, Snapshot
from palimpsest._training import Training, last_training
from palimpsest._version import __version__

__all__ = [
    "Evaluation",
    "Page",
    "PalimpsestError",
    "Sample",
    "Snapshot",
    "Training",
    "__version__",
    "configure",
    "doctor",
    "last_training",
    "preview",
    "read_evaluations",
    "read_metrics",
    "sample_texts",
    "session",
    "watch",
]

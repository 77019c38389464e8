"""The classes of `palimpsest.pipeline` under the name of their Java package.

PySpark imports the module that is named as the Java package of a stage when it loads a pipeline.
"""

from palimpsest.pipeline import (
    DenoisingPretrainer,
    EncoderDecoderModel,
    ReconstructionEvaluator,
    Seq2SeqFineTuner,
    TextCorruptor,
)

__all__ = [
    "DenoisingPretrainer",
    "EncoderDecoderModel",
    "ReconstructionEvaluator",
    "Seq2SeqFineTuner",
    "TextCorruptor",
]

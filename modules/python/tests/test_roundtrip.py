"""Folders that transformers made: the same model here, or refused with the reason."""

import os
import re
from pathlib import Path

import pyspark
import pytest

# What is refused, and a part of the sentence that says why.
REFUSED = {
    "PegasusX": "whose attention is block-local",
    "BigBirdPegasus": "whose attention is block-sparse",
    "LED": "whose attention is sparse",
    "ProphetNet": "whose decoder predicts several tokens at once",
    "LongT5": "whose attention is local or transient-global",
    "SwitchTransformers": "whose feed-forward layers are mixtures of experts",
    "T5Gemma": "whose positions are rotary",
    "T5Gemma2": "whose positions are rotary",
    "Pegasus/other positions": "its model.encoder.embed_positions.weight is not the sinusoids",
    "Marian/other positions": "its model.encoder.embed_positions.weight is not the sinusoids",
    "bart/ffn differs": "its encoder_ffn_dim and decoder_ffn_dim differ",
    "bart/heads differ": "its encoder_attention_heads and decoder_attention_heads differ",
    "bart/untied": "its model.encoder.embed_tokens.weight differs from model.shared.weight",
    "bart/t5 tokenizer": "has the ids 1 and 0 for </s> and <pad>, but its model has 2 and 1",
    "bart/quick_gelu": "its activation_function is 'quick_gelu'",
    "bart/tanh": "its activation_function is 'tanh'",
    "bart/normalize_before": "its normalize_before is true, not false",
    "bart/add_final_layer_norm": "its add_final_layer_norm is true, not false",
    "bart/static_position_embeddings": "its static_position_embeddings is true, not false",
    "bart/normalize_embedding false": "its normalize_embedding is false, not true",
    "bart/eos list": r"its eos_token_id is \[2,3\], but must be one id",
    "bart/no tokenizer.json": "has no tokenizer.json: save its tokenizer in the fast form",
    "bart/other embed_tokens": "its model.decoder.embed_tokens.weight differs",
    "t5/is_gated_act only": "it lacks encoder.block.0.layer.1.DenseReluDense.wi_0.weight",
    "t5/tie_encoder_decoder": "its tie_encoder_decoder is true, not false",
    "t5/v1.1 dense_act_fn gelu": "its feed_forward_proj is 'gated-gelu' with dense_act_fn 'gelu'",
}


def classpath() -> str:
    """The jars of the project, then those of Spark that it does not bring."""
    spark = str(Path(pyspark.__file__).parent / "jars" / "*")
    own = os.environ.get("PALIMPSEST_TEST_CLASSPATH") or os.environ["PALIMPSEST_JAR"]
    return f"{own}:{spark}"


@pytest.mark.peers
def test_every_variant_is_the_same_or_refused(tmp_path: Path) -> None:
    from roundtrip import outcomes

    found = {name: outcome for name, outcome, _ in outcomes(classpath(), tmp_path)}
    wrong = {
        name: outcome
        for name, outcome in found.items()
        if not (
            re.search(REFUSED[name], outcome) and outcome.startswith("refused: ")
            if name in REFUSED
            else outcome == "same"
        )
    }
    assert wrong == {}
    assert set(REFUSED) <= set(found)

"""A model restores the same text wherever it is loaded."""

import json
import os
import subprocess
from pathlib import Path

import pyspark
import pytest
from conftest import java_opens

from palimpsest.pipeline import EncoderDecoderModel

DAMAGED = ["a <mask> of the family", "the act of <mask>", "<mask> in water", "an <mask> animal"]


@pytest.fixture(scope="module")
def folder(trained: EncoderDecoderModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    model = tmp_path_factory.mktemp("same") / "model"
    trained.save(str(model))
    # The folder says how its texts are generated.
    generation = json.loads((model / "generation_config.json").read_text())
    (model / "generation_config.json").write_text(
        json.dumps(generation | {"num_beams": 3, "min_length": 9, "early_stopping": True})
    )
    return model


def test_the_command_line_restores_the_same(folder: Path) -> None:
    ours = os.environ.get("PALIMPSEST_TEST_CLASSPATH") or os.environ["PALIMPSEST_JAR"]
    spark = Path(pyspark.__file__).parent / "jars" / "*"
    texts = [word for text in DAMAGED for word in ("--text", text)]
    ran = subprocess.run(
        [
            "java",
            *java_opens().split(),
            "-Xmx1g",
            "-Dspark.master=local[1]",
            "-Dspark.ui.enabled=false",
            "-cp",
            f"{ours}{os.pathsep}{spark}",
            "org.palimpsest.cli.Main",
            "restore",
            "--model",
            str(folder),
            *texts,
        ],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    said = [line for line in ran.stdout.splitlines() if not line.startswith("[Gloo]")]
    assert said == EncoderDecoderModel.load(str(folder)).restore(DAMAGED)


@pytest.mark.peers
def test_transformers_generates_the_same(folder: Path) -> None:
    import torch
    from transformers import BartForConditionalGeneration, PreTrainedTokenizerFast

    peer = BartForConditionalGeneration.from_pretrained(folder).eval()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    restored_here = EncoderDecoderModel.load(str(folder)).restore(DAMAGED)
    for text, restored in zip(DAMAGED, restored_here, strict=True):
        with torch.no_grad():
            ids = peer.generate(**tokenizer(text, return_tensors="pt"))
        assert tokenizer.decode(ids[0], skip_special_tokens=True).strip() == restored.strip()

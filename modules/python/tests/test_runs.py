"""Reading the files of runs."""

import json
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

import palimpsest
from palimpsest._runs import snapshot_of


def lines(path: Path, *objects: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(o) + "\n" for o in objects))


def metric(step: int) -> dict[str, object]:
    return {"step": step, "loss": 6.0 - step / 10, "tokensPerSecond": 100.0}


def status(run: Path, state: str) -> None:
    run.joinpath("status.json").write_text(
        json.dumps({"state": state, "reason": "A reason.", "step": 4, "checkpoint": "c"})
    )


def test_metrics_of_one_file_and_of_parts_come_in_order(
    spark: SparkSession, tmp_path: Path
) -> None:
    lines(tmp_path / "metrics.jsonl", metric(1), metric(2))
    lines(tmp_path / "metrics" / "4.jsonl", metric(3), metric(4))
    assert list(palimpsest.read_metrics(str(tmp_path))["step"]) == [1, 2, 3, 4]


def test_a_folder_without_metrics_is_refused(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(
        palimpsest.PalimpsestError, match="has no metrics: name the folder"
    ) as error:
        palimpsest.read_metrics(str(tmp_path))
    assert (error.value.kind, error.value.exit_code) == ("INPUT", 3)


def test_a_snapshot_has_curve_evaluations_and_state(spark: SparkSession, tmp_path: Path) -> None:
    lines(tmp_path / "metrics.jsonl", metric(1), metric(4))
    lines(tmp_path / "evaluations.jsonl", {"step": 4, "loss": 5.5, "checkpoint": "step-4"})
    status(tmp_path, "finished")
    snapshot = snapshot_of(str(tmp_path))
    assert snapshot.is_over and snapshot.checkpoint == "c"
    assert snapshot.curve == [(1, 5.9), (4, 5.6)]
    assert [(e.step, e.loss) for e in snapshot.evaluations] == [(4, 5.5)]


def test_an_empty_file_of_evaluations_is_none(spark: SparkSession, tmp_path: Path) -> None:
    status(tmp_path, "running")
    tmp_path.joinpath("evaluations.jsonl").write_text("")
    assert snapshot_of(str(tmp_path)).evaluations == []


def test_watching_ends_with_the_run(spark: SparkSession, tmp_path: Path) -> None:
    lines(tmp_path / "metrics.jsonl", metric(4))
    status(tmp_path, "finished")
    assert palimpsest.watch(str(tmp_path)).state == "finished"


def test_a_folder_without_a_run_cannot_be_watched(spark: SparkSession, tmp_path: Path) -> None:
    with pytest.raises(palimpsest.PalimpsestError, match="There is no run in"):
        palimpsest.watch(str(tmp_path))

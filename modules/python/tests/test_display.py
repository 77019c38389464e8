"""What the displays show."""

import io
import xml.etree.ElementTree as ET

import pytest

from palimpsest._chart import loss_chart
from palimpsest._display import LineDisplay, page_of, status_line
from palimpsest._snapshot import Evaluation, Sample, Snapshot

CURVE = [(step, 7.0 - step / 50) for step in range(10, 101, 10)]


def snapshot(**changes: object) -> Snapshot:
    fields: dict[str, object] = {
        "state": "training",
        "step": 100,
        "total_steps": 200,
        "loss": 5.0,
        "tokens_per_second": 1234.5,
        "seconds_left": 75.0,
        "curve": CURVE,
        "evaluations": [Evaluation(50, 6.2), Evaluation(100, 5.4)],
    }
    return Snapshot(**{**fields, **changes})  # type: ignore[arg-type]


def test_a_line_names_step_loss_speed_and_time() -> None:
    assert status_line(snapshot()) == (
        "step 100 of 200, loss 5.0000, best held-out loss 5.4000 at step 100, 1,234 tokens/s,"
        " 1 min 15 s left"
    )


def test_a_line_of_an_ended_training_has_no_time_left() -> None:
    line = status_line(snapshot(state="finished", evaluations=[]))
    assert line == "finished, step 100 of 200, loss 5.0000, 1,234 tokens/s"


def test_hours_are_shown_as_such() -> None:
    assert "2 h 05 min left" in status_line(snapshot(seconds_left=7500.0))


def test_the_chart_is_valid_svg_with_a_point_for_each_step() -> None:
    root = ET.fromstring(loss_chart(CURVE, [Evaluation(50, 6.2)], 200))
    namespace = {"svg": "http://www.w3.org/2000/svg"}
    line = root.find("svg:polyline", namespace)
    assert line is not None
    assert len(line.get("points", "").split()) == len(CURVE)
    assert len(root.findall("svg:circle", namespace)) == 1


@pytest.mark.parametrize("curve", [[], [(1, 5.0)], [(1, float("nan")), (2, 5.0)]])
def test_too_few_points_make_no_chart(curve: list[tuple[int, float]]) -> None:
    assert loss_chart(curve, [], 10) == ""


def test_a_flat_curve_has_a_chart() -> None:
    ET.fromstring(loss_chart([(1, 5.0), (2, 5.0)], [], 0))


def test_texts_are_escaped() -> None:
    page = page_of("<run>", snapshot(samples=[Sample("<mask>", "a & b", "c")], warnings=["<w>"]))
    assert "&lt;mask&gt;" in page and "a &amp; b" in page
    assert "<run>" not in page and "<w>" not in page


def test_lines_come_at_intervals_and_at_the_end() -> None:
    stream = io.StringIO()
    display = LineDisplay("books", stream)
    for _ in range(5):
        display.update(snapshot())
    display.close(snapshot(state="finished"))
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("books: step 100 of 200")
    assert lines[1].startswith("books: finished")


def test_each_warning_is_printed_once() -> None:
    stream = io.StringIO()
    display = LineDisplay("books", stream)
    display.update(snapshot(warnings=["one"]))
    display.update(snapshot(warnings=["one", "two"]))
    assert [line for line in stream.getvalue().splitlines() if "warning" in line] == [
        "books: warning: one",
        "books: warning: two",
    ]


def test_a_snapshot_is_read_from_json() -> None:
    read = Snapshot.of(
        '{"state":"training","step":3,"totalSteps":9,"loss":5.5,"curve":[[1,6.0],[3,5.5]],'
        '"evaluations":[{"step":2,"loss":5.9}],"warnings":["w"]}'
    )
    assert (read.step, read.total_steps, read.loss) == (3, 9, 5.5)
    assert read.curve == [(1, 6.0), (3, 5.5)]
    assert read.best == Evaluation(2, 5.9)
    assert not read.is_over


def test_a_failed_training_is_over() -> None:
    assert Snapshot.of('{"state":"failed","error":{"message":"why"}}').is_over

package org.palimpsest.cli.compatibility;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import java.nio.file.Path;
import java.util.List;

/** The losses of the steps after a checkpoint of the artefacts. */
final class Losses {
  private static final long STEP = 20;
  private static final int LINES = 10;

  /** Processors differ in their kernels. */
  private static final double RELATIVE = 1e-5;

  private Losses() {}

  /** Those of training and of held-out text are the recorded ones. */
  static void assertRecorded(Artefacts artefacts, String run) {
    Path directory = artefacts.path(run);
    assertClose(directory.resolve("metrics.jsonl"), artefacts.path(run + ".losses"));
    assertClose(directory.resolve("evaluations.jsonl"), artefacts.path(run + ".evaluations"));
  }

  private static void assertClose(Path now, Path then) {
    List<Double> recorded = Artefacts.losses(then, STEP);
    List<Double> losses = Artefacts.losses(now, STEP);
    assertThat(recorded).hasSize(LINES);
    assertThat(losses).hasSize(LINES);
    for (int line = 0; line < LINES; line++) {
      assertThat(losses.get(line))
          .as("number %d of %s: %s", line, now.getFileName(), losses)
          .isCloseTo(recorded.get(line), offset(RELATIVE * recorded.get(line)));
    }
  }
}

package org.palimpsest.training.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.palimpsest.base.Section;
import org.palimpsest.storage.StoredFolder;
import org.palimpsest.training.checkpoint.DataPhase;
import org.palimpsest.training.config.EvaluationPlan;
import org.palimpsest.training.config.Recipe;

/** A run whose held-out loss has not improved since step 10, and which reads new data. */
class EvaluationsOfPhasesTest {
  @TempDir Path folder;
  private Evaluations evaluations;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("evaluations.jsonl"),
        """
        {"step":10,"loss":1.0,"checkpoint":"a"}
        {"step":20,"loss":2.0,"checkpoint":"b"}
        {"step":30,"loss":3.0,"checkpoint":"c"}
        """);
    Recipe recipe = Recipe.defaults().with("evaluation.every=10", "evaluation.patience=1");
    evaluations =
        new Evaluations(
            EvaluationPlan.from(new Section("evaluation", recipe.section("evaluation"))),
            Optional.empty(),
            new StoredFolder(
                new org.apache.hadoop.fs.Path(folder.toString()), new Configuration()));
    evaluations.rewindTo(30);
  }

  @Test
  void withoutNewDataTheRunEnds() {
    evaluations.beginPhase(DataPhase.only("first"));
    assertThat(evaluations.endsEarly()).isTrue();
  }

  @Test
  void withNewDataTheRunGoesOn() {
    evaluations.beginPhase(List.of(new DataPhase(0, 0, "first"), new DataPhase(30, 1, "second")));
    assertThat(evaluations.endsEarly()).isFalse();
  }

  @Test
  void lossesOnNewDataEndTheRunAgain() {
    evaluations.beginPhase(List.of(new DataPhase(0, 0, "first"), new DataPhase(10, 1, "second")));
    assertThat(evaluations.endsEarly()).isTrue();
  }
}

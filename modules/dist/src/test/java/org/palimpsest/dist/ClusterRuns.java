package org.palimpsest.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.training.checkpoint.Checkpoint;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.run.Run;
import org.palimpsest.training.workload.Workload;

/** Runs on a cluster of executors, each in its own folder. */
record ClusterRuns(InProcess cluster, Path folder) {

  /** Two workers that average their parameters every 2 steps, with a checkpoint every 4. */
  Recipe ofTwo(String name, String transport, int steps) {
    return Recipe.defaults()
        .with(
            "run.directory=" + folder.resolve(name),
            "training.steps=" + steps,
            "training.workers=2",
            "training.aggregate=parameters",
            "training.transport=" + transport,
            "training.inner-steps=2",
            "checkpoint.every=4",
            "optimizer.kind=sgd",
            "schedule.kind=constant",
            "schedule.peak=0.1",
            "schedule.warm-up-steps=0");
  }

  /** Trains to the end; returns the warnings of the run. */
  List<String> train(Recipe recipe, Workload<Batch> workload) {
    List<String> warnings = Collections.synchronizedList(new ArrayList<>());
    RunListener listener =
        new RunListener() {
          @Override
          public void warning(String sentence) {
            warnings.add(sentence);
          }
        };
    Run.of(recipe, cluster.session(), workload, Map.of(), listener).train();
    return warnings;
  }

  /** The parameters of the last checkpoint. */
  float[] parameters(Recipe recipe) {
    Checkpoints checkpoints =
        new Checkpoints(
            recipe.checkpointPath(), cluster.session().sparkContext().hadoopConfiguration());
    Checkpoint newest = checkpoints.newest().orElseThrow();
    HeapVector vector = new HeapVector((int) newest.state().parameters());
    newest.readParameters(vector);
    return vector.values();
  }

  /** Asserts that the session still runs other jobs. */
  JavaSparkContext requireWorkingSession() {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(cluster.session().sparkContext());
    assertThat(spark.parallelize(List.of(1, 2, 3), 3).count()).isEqualTo(3);
    return spark;
  }
}

package org.palimpsest.training;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.checkpoint.Checkpoints;
import org.palimpsest.training.config.Recipe;
import org.palimpsest.training.event.RunListener;
import org.palimpsest.training.event.RunResult;
import org.palimpsest.training.run.Run;
import org.palimpsest.training.workload.Workload;

/** Runs of {@link ToyWorkload}s, each in its own folder. */
public record ToyRuns(SparkSession spark, Path folder) {

  public Recipe recipe(String name, String... more) {
    return Recipe.defaults()
        .with(
            "run.directory=\"" + folder.resolve(name) + "\"",
            "training.steps=20",
            "checkpoint.every=20",
            "schedule.kind=constant",
            "schedule.warm-up-steps=0",
            "schedule.peak=0.1",
            "optimizer.clip-norm=0",
            "training.timeout=20s")
        .with(more);
  }

  public RunResult train(Recipe recipe, Workload<?> workload) {
    return train(recipe, workload, RunListener.none());
  }

  public RunResult train(Recipe recipe, Workload<?> workload, RunListener listener) {
    return Run.of(recipe, spark, workload, Map.of(), listener).train();
  }

  public Checkpoints checkpoints(Recipe recipe) {
    return new Checkpoints(recipe.checkpointPath(), spark.sparkContext().hadoopConfiguration());
  }

  public float[] parameters(Recipe recipe) {
    var newest = checkpoints(recipe).newest().orElseThrow();
    HeapVector vector = new HeapVector((int) newest.state().parameters());
    newest.readParameters(vector);
    return vector.values();
  }

  /** Collects the warnings of a run. */
  public static RunListener warnings(List<String> into) {
    return new RunListener() {
      @Override
      public void warning(String sentence) {
        into.add(sentence);
      }
    };
  }

  /** The parameters that a single worker computes from the joint batch, without Spark. */
  public static float[] joint(double momentum, int steps) {
    ToyWorkload workload = ToyWorkload.sound(momentum);
    try (var replica = workload.replica(null)) {
      for (long step = 0; step < steps; step++) {
        replica.zeroGradients();
        double weight = 0;
        for (var batch : workload.input(step, 0, 1).microBatches()) {
          weight += replica.backward(batch, new DropoutKey(0, 0, 9, 0)).weight();
        }
        replica.scaleGradients(1 / weight);
        replica.update(0.1);
      }
      return replica.parameters().toArray();
    }
  }
}

package org.palimpsest.cli.extending;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.Engine;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.Trainable;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.optimizer.OptimizerSpec;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.DenoisingExample;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/** A task: an encoder-decoder learns to copy random sequences, eight per global step. */
public record CopyTask(ModelSpec model, int length) implements Workload<Batch> {
  private static final int PER_STEP = 8;

  @Override
  public Trainable<Batch> replica(TaskPlacement place) {
    OptimizerSpec adam = new OptimizerSpec.AdamW(0.9, 0.999, 1e-8, 0);
    ReplicaOptions options = new ReplicaOptions(place.device(), place.threads(), adam, 1);
    return Engine.named("auto").createReplica(model, options);
  }

  /** Worker r computes the examples whose number is r modulo {@code workers}, step after step. */
  @Override
  public JavaRDD<StepInput<Batch>> steps(JavaSparkContext spark, long firstStep, int workers) {
    List<Integer> ranks = IntStream.range(0, workers).boxed().toList();
    return spark
        .parallelize(ranks, workers)
        .mapPartitions(r -> steps(firstStep, r.next(), workers));
  }

  private Iterator<StepInput<Batch>> steps(long firstStep, int rank, int workers) {
    return LongStream.iterate(firstStep, s -> s + 1).mapToObj(s -> at(s, rank, workers)).iterator();
  }

  private StepInput<Batch> at(long step, int rank, int workers) {
    List<DenoisingExample> mine = new ArrayList<>();
    for (int i = rank; i < PER_STEP; i += workers) {
      mine.add(Sequences.copyOf(new Random(step * PER_STEP + i), length, model.vocabulary()));
    }
    return new StepInput<>(List.of(Batch.of(mine, /* pad */ 1)), (long) mine.size() * length);
  }

  @Override
  public long epoch(long step) {
    return 0; // The data never repeat.
  }

  @Override
  public String fingerprint() {
    return "copy of " + length; // A run is resumed only with the data it began with.
  }
}

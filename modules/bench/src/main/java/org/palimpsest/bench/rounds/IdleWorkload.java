package org.palimpsest.bench.rounds;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * Replicas that compute nothing, to measure the exchange alone. Their parameters, gradients, and
 * twice as many moments are in native memory, as those of an engine.
 *
 * @param parameters number of parameters of a replica
 */
record IdleWorkload(int parameters) implements Workload<Integer> {
  private static final long serialVersionUID = 1L;

  @Override
  public Trainable<Integer> replica(TaskPlacement place) {
    return new Idle(
        new NativeVector(parameters),
        new NativeVector(parameters),
        new NativeVector(2L * parameters));
  }

  @Override
  public JavaRDD<StepInput<Integer>> steps(JavaSparkContext spark, long firstStep, int workers) {
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(rank -> Stream.generate(() -> new StepInput<>(List.of(1), 1)).iterator());
  }

  @Override
  public long epoch(long step) {
    return 0;
  }

  @Override
  public String fingerprint() {
    return "nothing";
  }

  private record Idle(NativeVector parameters, NativeVector gradients, NativeVector optimizerState)
      implements Trainable<Integer> {
    @Override
    public long updates() {
      return 0;
    }

    @Override
    public void restoreUpdates(long updates) {}

    @Override
    public void zeroGradients() {}

    @Override
    public LossSum backward(Integer batch, DropoutKey key) {
      return new LossSum(1, 1);
    }

    @Override
    public double gradientNorm() {
      return 1;
    }

    @Override
    public void scaleGradients(double factor) {}

    @Override
    public void update(double learningRate) {}

    @Override
    public LossSum loss(Integer batch) {
      return new LossSum(1, 1);
    }

    @Override
    public void close() {
      parameters.close();
      gradients.close();
      optimizerState.close();
    }
  }
}

package org.palimpsest.training;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * A workload whose parameters count how often each example was used: {@value #BATCH} examples per
 * step, each once in the run. With the learning rate {@value #BATCH}, an example adds 1 to its own
 * parameter. The optimizer's only moment counts the updates.
 *
 * @param steps of the whole run
 * @param pauseMs duration of a worker's step
 */
public record Census(int steps, long pauseMs) implements Workload<List<Integer>> {
  private static final long serialVersionUID = 1L;
  public static final int BATCH = 6;

  @Override
  public Trainable<List<Integer>> replica(TaskPlacement place) {
    return new Counter(steps * BATCH);
  }

  @Override
  public JavaRDD<StepInput<List<Integer>>> steps(
      JavaSparkContext spark, long firstStep, int workers) {
    long pause = pauseMs;
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(
            ranks -> {
              int rank = ranks.next();
              return Stream.iterate(firstStep, step -> step + 1)
                  .map(step -> input(step, rank, workers, pause))
                  .iterator();
            });
  }

  private static StepInput<List<Integer>> input(long step, int rank, int workers, long pauseMs) {
    List<Integer> examples = new ArrayList<>();
    for (int i = rank * BATCH / workers; i < (rank + 1) * BATCH / workers; i++) {
      examples.add((int) step * BATCH + i);
    }
    try {
      Thread.sleep(pauseMs);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new StepInput<>(List.of(examples), examples.size());
  }

  @Override
  public long epoch(long step) {
    return 0;
  }

  @Override
  public String fingerprint() {
    return "census";
  }

  private static final class Counter implements Trainable<List<Integer>> {
    private final HeapVector counts;
    private final HeapVector gradients;
    private final HeapVector moments = new HeapVector(1);
    private long updates;

    Counter(int examples) {
      counts = new HeapVector(examples);
      gradients = new HeapVector(examples);
    }

    @Override
    public FlatVector parameters() {
      return counts;
    }

    @Override
    public FlatVector gradients() {
      return gradients;
    }

    @Override
    public FlatVector optimizerState() {
      return moments;
    }

    @Override
    public long updates() {
      return updates;
    }

    @Override
    public void restoreUpdates(long before) {
      updates = before;
    }

    @Override
    public void zeroGradients() {
      gradients.scale(0);
    }

    @Override
    public LossSum backward(List<Integer> batch, DropoutKey key) {
      batch.forEach(example -> gradients.values()[example] -= 1);
      return loss(batch);
    }

    @Override
    public double gradientNorm() {
      return 1;
    }

    @Override
    public void scaleGradients(double factor) {
      gradients.scale(factor);
    }

    @Override
    public void update(double learningRate) {
      for (int i = 0; i < counts.values().length; i++) {
        counts.values()[i] -= (float) (learningRate * gradients.values()[i]);
      }
      updates++;
      moments.values()[0] = updates;
    }

    @Override
    public LossSum loss(List<Integer> batch) {
      return new LossSum(batch.size(), batch.size());
    }

    @Override
    public void close() {}
  }
}

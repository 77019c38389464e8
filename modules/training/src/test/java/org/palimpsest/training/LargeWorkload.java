package org.palimpsest.training;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;
import org.palimpsest.training.workload.ReplicaSize;
import org.palimpsest.training.workload.StepInput;
import org.palimpsest.training.workload.TaskPlacement;
import org.palimpsest.training.workload.Workload;

/**
 * A model of any size outside the heap, whose step costs nothing: it subtracts the learning rate
 * from the first parameter.
 *
 * @param parameters number of parameters
 * @param moments number of moments
 * @param readerBytes heap that the reader of each worker holds
 */
public record LargeWorkload(long parameters, long moments, int readerBytes)
    implements Workload<Integer> {
  private static final long serialVersionUID = 1L;

  @Override
  public Trainable<Integer> replica(TaskPlacement place) {
    NativeVector values = new NativeVector(parameters);
    NativeVector state = new NativeVector(moments);
    return new Large(
        values,
        state,
        () -> {
          values.close();
          state.close();
        });
  }

  /** A replica without moments whose parameters belong to the caller. */
  public static Trainable<Integer> replicaOf(FlatVector parameters) {
    return replicaOf(parameters, new HeapVector(0));
  }

  /** A replica whose vectors belong to the caller. */
  public static Trainable<Integer> replicaOf(FlatVector parameters, FlatVector moments) {
    return new Large(parameters, moments, () -> {});
  }

  @Override
  public Optional<ReplicaSize> replicaSize() {
    return Optional.of(new ReplicaSize(parameters, moments));
  }

  @Override
  public long readerBytes(int workers) {
    return readerBytes;
  }

  @Override
  public JavaRDD<StepInput<Integer>> steps(JavaSparkContext spark, long firstStep, int workers) {
    return spark
        .parallelize(IntStream.range(0, workers).boxed().toList(), workers)
        .mapPartitions(ranks -> new Reader(new byte[readerBytes + 1]));
  }

  /** Endless steps that need what was read ahead. */
  private record Reader(byte[] ahead) implements Iterator<StepInput<Integer>> {
    @Override
    public boolean hasNext() {
      return true;
    }

    @Override
    public StepInput<Integer> next() {
      return new StepInput<>(List.of(1 + ahead[ahead.length / 2]), 1);
    }
  }

  @Override
  public long epoch(long step) {
    return 0;
  }

  @Override
  public String fingerprint() {
    return "large";
  }

  private static final class Large implements Trainable<Integer> {
    private final FlatVector values;
    private final FlatVector moments;
    private final Runnable freeing;
    private final HeapVector gradients = new HeapVector(0);
    private long updates;

    Large(FlatVector values, FlatVector moments, Runnable freeing) {
      this.values = values;
      this.moments = moments;
      this.freeing = freeing;
    }

    @Override
    public FlatVector parameters() {
      return values;
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
    public void zeroGradients() {}

    @Override
    public LossSum backward(Integer batch, DropoutKey key) {
      return loss(batch);
    }

    @Override
    public double gradientNorm() {
      return 1;
    }

    @Override
    public void scaleGradients(double factor) {}

    @Override
    public void update(double learningRate) {
      float[] first = new float[1];
      values.read(0, first, 0, 1);
      first[0] -= (float) learningRate;
      values.write(0, first, 0, 1);
      updates++;
    }

    @Override
    public LossSum loss(Integer batch) {
      return new LossSum(1, 1);
    }

    @Override
    public void close() {
      freeing.run();
    }
  }
}

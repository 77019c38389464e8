package org.palimpsest.training.transport.spark;

import java.nio.ByteBuffer;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.FlatVector;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.round.OuterState;

/**
 * The model on the driver between two rounds. Native memory holds the parameters, the mean of the
 * workers' parameters, and the velocity of the outer optimizer: 2n or 3n floats. With {@code
 * training.inner-state = average} it also holds the moments twice.
 */
final class DriverModel implements AutoCloseable {
  private final Slices slices;
  private final boolean changes;
  private final NativeVector parameters;
  private final NativeVector mean;
  private final OuterState outer;
  private NativeVector moments;
  private NativeVector meanMoments;

  DriverModel(Slices slices, OuterOptimizer optimizer, Compression compression) {
    this.slices = slices;
    changes = compression != Compression.NONE;
    parameters = new NativeVector(slices.parameters());
    mean = new NativeVector(slices.parameters());
    outer = OuterState.over(optimizer, compression, parameters);
    moments = new NativeVector(slices.moments());
    meanMoments = new NativeVector(slices.moments());
  }

  FlatVector parameters() {
    return parameters;
  }

  OuterState outer() {
    return outer;
  }

  FlatVector moments() {
    return moments;
  }

  /**
   * Takes a partition of the mean over the workers.
   *
   * @param means its slices, one after the other; of length 0 if there is no mean
   */
  void take(int partition, byte[] means) {
    ByteBuffer encoded = ByteBuffer.wrap(means);
    for (int slice = slices.first(partition);
        slice < slices.first(partition + 1) && encoded.hasRemaining();
        slice++) {
      float[] numbers = new float[slices.length(slice)];
      Compression.NONE.codec().decode(encoded, numbers, 0, numbers.length);
      NativeVector into = slices.isOfMoments(slice) ? meanMoments : mean;
      into.write(slices.from(slice), numbers, 0, numbers.length);
    }
  }

  /** Uses the slices as the first parameters, without the outer optimizer. */
  void begin() {
    outer.anchorAt(mean);
  }

  /** Makes the next model from the slices. */
  void step() {
    if (changes) {
      outer.add(mean);
    }
    outer.step(mean);
    NativeVector free = moments;
    moments = meanMoments;
    meanMoments = free;
  }

  /** Frees the vectors. */
  @Override
  public void close() {
    parameters.close();
    mean.close();
    outer.close();
    moments.close();
    meanMoments.close();
  }
}

package org.palimpsest.training.transport.spark;

import java.nio.ByteBuffer;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.round.OuterState;

/**
 * The model on the driver between two rounds. Its heap holds the parameters, the mean of the
 * workers' parameters, and the velocity of the outer optimizer: 2n or 3n floats. With {@code
 * training.inner-state = average} it also holds the moments twice.
 */
final class DriverModel {
  private final Slices slices;
  private final boolean changes;
  private final HeapVector parameters;
  private final HeapVector mean;
  private final OuterState outer;
  private float[] moments;
  private float[] meanMoments;

  DriverModel(Slices slices, OuterOptimizer optimizer, Compression compression) {
    this.slices = slices;
    changes = compression != Compression.NONE;
    parameters = new HeapVector(Math.toIntExact(slices.parameters()));
    mean = new HeapVector(Math.toIntExact(slices.parameters()));
    outer = OuterState.over(optimizer, compression, parameters);
    moments = new float[Math.toIntExact(slices.moments())];
    meanMoments = new float[Math.toIntExact(slices.moments())];
  }

  HeapVector parameters() {
    return parameters;
  }

  OuterState outer() {
    return outer;
  }

  HeapVector moments() {
    return new HeapVector(moments);
  }

  /** Takes a slice of the mean over the workers. */
  void take(int slice, byte[] encoded) {
    HeapVector into = slices.isOfMoments(slice) ? new HeapVector(meanMoments) : mean;
    Compression.NONE
        .codec()
        .decode(
            ByteBuffer.wrap(encoded),
            into.values(),
            (int) slices.from(slice),
            slices.length(slice));
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
    float[] free = moments;
    moments = meanMoments;
    meanMoments = free;
  }
}

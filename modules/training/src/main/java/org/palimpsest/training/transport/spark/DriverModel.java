package org.palimpsest.training.transport.spark;

import java.nio.ByteBuffer;
import org.palimpsest.model.HeapVector;
import org.palimpsest.training.config.OuterOptimizer;
import org.palimpsest.training.exchange.Compression;
import org.palimpsest.training.round.OuterState;

/**
 * The one model on the driver, between two rounds that are jobs. On its heap lie the parameters, a
 * place for what the workers make of them, and the velocity of the outer optimizer: 2n or 3n
 * floats; and twice the moments, if their mean goes with the parameters.
 */
final class DriverModel {
  private final Slices slices;
  private final boolean changes;
  private final HeapVector parameters;
  private final HeapVector joined;
  private final OuterState outer;
  private float[] moments;
  private float[] joinedMoments;

  DriverModel(Slices slices, OuterOptimizer optimizer, Compression compression) {
    this.slices = slices;
    changes = compression != Compression.NONE;
    parameters = new HeapVector(Math.toIntExact(slices.parameters()));
    joined = new HeapVector(Math.toIntExact(slices.parameters()));
    outer = OuterState.over(optimizer, compression, parameters);
    moments = new float[Math.toIntExact(slices.moments())];
    joinedMoments = new float[Math.toIntExact(slices.moments())];
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

  /** Takes the mean of a slice over the workers. */
  void take(int slice, byte[] mean) {
    HeapVector into = slices.isOfMoments(slice) ? new HeapVector(joinedMoments) : joined;
    Compression.NONE
        .codec()
        .decode(
            ByteBuffer.wrap(mean), into.values(), (int) slices.from(slice), slices.length(slice));
  }

  /** The parameters are what was taken: before the first round. */
  void begin() {
    outer.anchorAt(joined);
  }

  /** Makes the next model of what was taken, slice by slice. */
  void step() {
    if (changes) {
      outer.add(joined);
    }
    outer.step(joined);
    float[] free = moments;
    moments = joinedMoments;
    joinedMoments = free;
  }
}

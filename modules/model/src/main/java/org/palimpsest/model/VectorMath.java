package org.palimpsest.model;

import java.util.function.LongFunction;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.optimizer.MomentumStep;

/**
 * Arithmetic on whole vectors where their elements are: in the memory of the host, or on a device
 * without a copy to the host. Each way gives the same bits. All vectors of a call are equally long
 * and in the memory of this arithmetic.
 *
 * <p>A round's momentum on whatever device the parameters are:
 *
 * <pre>{@code
 * VectorMath math = parameters.math().orElse(host);
 * try (OwnedVector anchor = math.zeros(parameters.size());
 *     OwnedVector velocity = math.zeros(parameters.size())) {
 *   math.set(anchor, parameters);
 *   // … the replicas train, and average their parameters …
 *   math.step(new MomentumStep(0.7, 0.9, MomentumStep.Form.NESTEROV), parameters, anchor, velocity);
 * }
 * }</pre>
 */
public interface VectorMath {
  /**
   * A vector of zeros in the memory of this arithmetic.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION if a device has no room
   */
  OwnedVector zeros(long size);

  /** Sets all elements to 0. */
  void clear(FlatVector vector);

  /** Overwrites a vector with another one. */
  void set(FlatVector into, FlatVector from);

  /** Adds {@code other} to {@code into}, in fp32. */
  void add(FlatVector into, FlatVector other);

  /** Subtracts {@code other} from {@code from}, in fp32. */
  void subtract(FlatVector from, FlatVector other);

  /**
   * Makes a step from the anchor, whose gradient is the anchor minus the mean. The new parameters
   * replace both the mean and the anchor, and the new velocity the old one.
   */
  void step(MomentumStep step, FlatVector mean, FlatVector anchor, FlatVector velocity);

  /**
   * Encodes numbers. The bits of each word are four bytes of the encoding, the first one the
   * lowest.
   *
   * @param numbers whole blocks of {@link org.palimpsest.model.codec.Int8Blocks}
   * @param words of a quarter of {@link Codec#bytes}
   */
  void encode(Codec codec, FlatVector numbers, FlatVector words);

  /** Decodes what {@link #encode} has encoded; the arguments are the same, in another order. */
  void decode(Codec codec, FlatVector words, FlatVector numbers);

  /**
   * Adds what encoding has lost to a residual: the values minus what was decoded, where that is
   * finite.
   */
  void addLost(FlatVector residual, FlatVector values, FlatVector decoded);

  /**
   * Arithmetic in the memory of the host, in chunks.
   *
   * @param memory makes a vector of zeros of a size
   */
  static VectorMath onHost(LongFunction<OwnedVector> memory) {
    return new HostMath(memory);
  }
}

package org.palimpsest.training.exchange;

import org.palimpsest.model.codec.Bfloat16;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.codec.Float32;
import org.palimpsest.model.codec.Int8Blocks;

/** The encoding of the numbers that replicas exchange. */
public enum Compression {
  /** fp32: 4 bytes per number, exact. */
  NONE,
  /**
   * bfloat16: 2 bytes per number, with 7 bits of the fraction, rounded to nearest, ties to even.
   */
  BF16,
  /** About 1 byte per number: a multiple, from −127 to 127, of a scale per block of 256 numbers. */
  INT8;

  /** The codec of this encoding. */
  public Codec codec() {
    return switch (this) {
      case NONE -> new Float32();
      case BF16 -> new Bfloat16();
      case INT8 -> new Int8Blocks();
    };
  }

  /**
   * Whether the rounding error is kept and added to the next exchange (error feedback: Seide et al.
   * 2014, Karimireddy et al. 2019). The error of bfloat16 is too small to need it.
   */
  public boolean keepsResidual() {
    return this == INT8;
  }
}

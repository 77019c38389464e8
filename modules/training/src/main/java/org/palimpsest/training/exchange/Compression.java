package org.palimpsest.training.exchange;

/** What the numbers that replicas exchange are packed into. */
public enum Compression {
  /** 4 bytes a number, exact. */
  NONE,
  /** 2 bytes a number: sign, exponent and 7 bits of the fraction, rounded to even. */
  BF16,
  /** About 1 byte a number: 127 steps to either side, of a size that each block has for itself. */
  INT8;

  /** How. */
  public Codec codec() {
    return switch (this) {
      case NONE -> new Float32();
      case BF16 -> new Bfloat16();
      case INT8 -> new Int8Blocks();
    };
  }

  /**
   * Whether what rounding has lost is remembered and added to the next exchange (error feedback:
   * Seide et al. 2014, Karimireddy et al. 2019). Bfloat16 loses too little to need it.
   */
  public boolean keepsResidual() {
    return this == INT8;
  }
}

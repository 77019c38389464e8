package org.palimpsest.training.exchange;

import java.util.ArrayList;
import org.palimpsest.collective.NativeVector;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;

/** Exchanges of vectors that are too large for the memory of a test. */
public final class LargeExchange {
  private LargeExchange() {}

  /**
   * An exchange whose residual is not in native memory.
   *
   * @param residual used if the compression keeps one
   */
  public static Exchange over(Collective collective, Compression compression, FlatVector residual) {
    return compression.keepsResidual()
        ? new CompressedExchange(
            collective,
            compression,
            NativeVector.arithmetic(),
            residual.size(),
            residual,
            new ArrayList<>())
        : Exchange.over(collective, compression, residual);
  }
}

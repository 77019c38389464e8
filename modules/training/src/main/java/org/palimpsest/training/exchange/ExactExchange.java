package org.palimpsest.training.exchange;

import java.util.Optional;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.VectorPart;

/** The sum of the collective, without compression. */
record ExactExchange(Collective collective) implements Exchange {
  @Override
  public void sum(FlatVector vector) {
    collective.sum(vector);
  }

  @Override
  public void beginSum(VectorPart part) {
    collective.beginSum(part);
  }

  @Override
  public Optional<FlatVector> residual() {
    return Optional.empty();
  }
}

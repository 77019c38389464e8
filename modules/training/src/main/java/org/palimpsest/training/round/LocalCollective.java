package org.palimpsest.training.round;

import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;

/**
 * A collective whose workers do not exchange: each sum is the worker's own value, and the driver
 * adds up the values later.
 */
public record LocalCollective(int rank, int size) implements Collective {
  @Override
  public void sum(FlatVector vector) {}

  @Override
  public void sum(double[] values) {}

  @Override
  public void broadcast(FlatVector vector, int root) {
    throw unsupported();
  }

  @Override
  public void allToAll(FlatVector outgoing, FlatVector incoming) {
    throw unsupported();
  }

  @Override
  public void allGather(FlatVector own, FlatVector all) {
    throw unsupported();
  }

  private static IllegalStateException unsupported() {
    return new IllegalStateException("The workers of this round do not exchange.");
  }

  @Override
  public void barrier() {}

  @Override
  public long bytesSent() {
    return 0;
  }

  @Override
  public void close() {}
}

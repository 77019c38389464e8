package org.palimpsest.training.round;

import java.nio.ByteBuffer;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;

/**
 * The place of a worker among others whom it does not hear: sums are its own share, and somebody
 * else adds them up.
 */
public record LocalCollective(int rank, int size) implements Collective {
  @Override
  public void sum(FlatVector vector) {}

  @Override
  public void sum(double[] values) {}

  @Override
  public void broadcast(FlatVector vector, int root) {
    throw alone();
  }

  @Override
  public void allToAll(ByteBuffer outgoing, ByteBuffer incoming) {
    throw alone();
  }

  @Override
  public void allGather(ByteBuffer own, ByteBuffer all) {
    throw alone();
  }

  private static IllegalStateException alone() {
    return new IllegalStateException("The workers of this round do not hear each other.");
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

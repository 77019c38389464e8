package org.palimpsest.model;

import java.nio.ByteBuffer;

/** The collective of a single replica: sums and exchanges change nothing. */
record Alone() implements Collective {
  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void sum(FlatVector vector) {}

  @Override
  public void sum(double[] values) {}

  @Override
  public void broadcast(FlatVector vector, int root) {}

  @Override
  public void allToAll(ByteBuffer outgoing, ByteBuffer incoming) {
    incoming.duplicate().put(outgoing.duplicate());
  }

  @Override
  public void allGather(ByteBuffer own, ByteBuffer all) {
    all.duplicate().put(own.duplicate());
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

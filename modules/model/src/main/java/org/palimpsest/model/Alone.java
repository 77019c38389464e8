package org.palimpsest.model;

/** The collective of a single replica: every sum is already there. */
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
  public void barrier() {}

  @Override
  public long bytesSent() {
    return 0;
  }

  @Override
  public void close() {}
}

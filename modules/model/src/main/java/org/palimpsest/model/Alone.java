package org.palimpsest.model;

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
  public void allToAll(FlatVector outgoing, FlatVector incoming) {
    incoming.set(outgoing);
  }

  @Override
  public void allGather(FlatVector own, FlatVector all) {
    all.set(own);
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

package org.palimpsest.cli.extending;

import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.spec.ModelSpec;

/**
 * An engine that recipes choose with {@code engine = timed}. This one leaves the computing to
 * LibTorch and reports how long a replica takes to make; an engine of its own implements {@link
 * Replica}, and passes the tests of {@code ReplicaContract} in the test jar of module model.
 */
public final class TimedEngine implements Engine {
  @Override
  public String name() {
    return "timed";
  }

  /** {@code engine = auto} takes the engine with the lowest rank: this one never. */
  @Override
  public int rank() {
    return Integer.MAX_VALUE;
  }

  /** Called on every executor before a run begins, so that no replica waits for unpacking. */
  @Override
  public void load(Device device) {
    Engine.named("torch").load(device);
  }

  @Override
  public Replica createReplica(ModelSpec spec, ReplicaOptions options) {
    long start = System.nanoTime();
    Replica replica = Engine.named("torch").createReplica(spec, options);
    System.Logger log = System.getLogger(TimedEngine.class.getName());
    log.log(System.Logger.Level.DEBUG, "replica made in {0} ms", elapsedMs(start));
    return replica;
  }

  private static long elapsedMs(long start) {
    return (System.nanoTime() - start) / 1_000_000;
  }
}

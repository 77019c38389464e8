package org.palimpsest.training.transport.collective;

import java.io.Serializable;
import java.time.Duration;
import org.apache.spark.BarrierTaskContext;
import org.palimpsest.collective.C10dCollective;
import org.palimpsest.collective.Rendezvous;
import org.palimpsest.collective.Sockets;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.VectorPart;

/**
 * Connects the tasks of a barrier stage. Worker 0 listens on the configured network interface or,
 * by default, on the address where Spark reaches its executor. It announces its address through
 * Spark's barrier.
 *
 * @param sockets the sockets that may be opened
 * @param timeout longest wait for another worker
 */
record GroupJoin(Sockets sockets, Duration timeout) implements Serializable {

  /** Spark takes a message from every task, but only worker 0 has an address. */
  private static final String NO_ADDRESS = "";

  /** Joins the group; every task of the stage calls this at the same point. */
  Collective join(BarrierTaskContext task, int workers) {
    if (workers == 1) {
      return Collective.alone();
    }
    return task.partitionId() == 0
        ? host(task, workers)
        : join(announce(task, NO_ADDRESS), task.partitionId(), workers);
  }

  /** Gives a message from each task to all tasks, and returns that of worker 0. */
  private static String announce(BarrierTaskContext task, String message) {
    return task.allGather(message)[0];
  }

  private Collective join(String address, int rank, int workers) {
    return C10dCollective.join(address, rank, workers, sockets, timeout);
  }

  private Collective host(BarrierTaskContext task, int workers) {
    Rendezvous rendezvous = Rendezvous.listen(host(task), sockets, timeout);
    try {
      return new Hosted(join(announce(task, rendezvous.address()), 0, workers), rendezvous);
    } catch (RuntimeException e) {
      rendezvous.close();
      throw e;
    }
  }

  private static String host(BarrierTaskContext task) {
    String address = task.getTaskInfos()[0].address();
    int port = address.lastIndexOf(':');
    return port < 0 ? address : address.substring(0, port);
  }

  /** The collective of worker 0, which also closes the rendezvous. */
  private record Hosted(Collective collective, Rendezvous rendezvous) implements Collective {
    @Override
    public int rank() {
      return collective.rank();
    }

    @Override
    public int size() {
      return collective.size();
    }

    @Override
    public void sum(FlatVector vector) {
      collective.sum(vector);
    }

    @Override
    public void beginSum(VectorPart part) {
      collective.beginSum(part);
    }

    @Override
    public void sum(double[] values) {
      collective.sum(values);
    }

    @Override
    public void broadcast(FlatVector vector, int root) {
      collective.broadcast(vector, root);
    }

    @Override
    public void allToAll(FlatVector outgoing, FlatVector incoming) {
      collective.allToAll(outgoing, incoming);
    }

    @Override
    public void allGather(FlatVector own, FlatVector all) {
      collective.allGather(own, all);
    }

    @Override
    public void barrier() {
      collective.barrier();
    }

    @Override
    public long bytesSent() {
      return collective.bytesSent();
    }

    @Override
    public void close() {
      try (rendezvous) {
        collective.close();
      }
    }
  }
}

package org.palimpsest.training;

import java.time.Duration;
import org.apache.spark.BarrierTaskContext;
import org.palimpsest.collective.C10dCollective;
import org.palimpsest.collective.Rendezvous;
import org.palimpsest.model.Collective;
import org.palimpsest.model.FlatVector;

/** Sockets between the tasks, by c10d. Worker 0 listens where Spark already reaches it. */
record C10dTransport() implements Transport {
  private static final long serialVersionUID = 1L;

  @Override
  public Collective join(BarrierTaskContext task, int workers, Duration timeout) {
    if (workers == 1) {
      return Collective.alone();
    }
    return task.partitionId() == 0
        ? host(task, workers, timeout)
        : C10dCollective.join(task.allGather("")[0], task.partitionId(), workers, timeout);
  }

  private static Collective host(BarrierTaskContext task, int workers, Duration timeout) {
    Rendezvous rendezvous = Rendezvous.listen(host(task), timeout);
    try {
      String address = task.allGather(rendezvous.address())[0];
      return new Hosted(C10dCollective.join(address, 0, workers, timeout), rendezvous);
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

  /** Worker 0's collective, with the meeting place of all. */
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
    public void sum(double[] values) {
      collective.sum(values);
    }

    @Override
    public void broadcast(FlatVector vector, int root) {
      collective.broadcast(vector, root);
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

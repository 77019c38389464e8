package org.palimpsest.training.transport.collective;

import java.io.Serializable;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.Sockets;
import org.palimpsest.model.Collective;
import org.palimpsest.training.config.Transport;
import org.palimpsest.training.preflight.ClusterRequirements;
import org.palimpsest.training.preflight.Finding;

/**
 * Lets as many tasks as there will be workers connect and add a number up, as replicas will: the
 * only way to know that the network between the executors lets them.
 */
public record ConnectivityCheck(
    JavaSparkContext spark, ClusterRequirements demand, Sockets sockets) {
  private static final String CHECK = "connections";

  public Finding finding() {
    if (demand.transport() == Transport.SPARK || demand.workers() == 1) {
      return Finding.ok(CHECK, "Workers need none among themselves.");
    }
    int workers = demand.workers();
    JavaRDD<Integer> ranks =
        spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers);
    Part part = new Part(new GroupJoin(sockets, demand.timeout()), workers);
    return demand.resources().on(BarrierStage.of(ranks, part::play)).collect().stream()
        .filter(trouble -> !trouble.isEmpty())
        .findFirst()
        .map(trouble -> Finding.fail(CHECK, trouble))
        .orElseGet(() -> Finding.ok(CHECK, workers + " workers reach each other."));
  }

  /** One worker's part. A failure is its result: the others shall not be stopped by it. */
  private record Part(GroupJoin meeting, int workers) implements Serializable {
    Iterator<String> play(Iterator<Integer> rank) {
      return List.of(add(BarrierTaskContext.get())).iterator();
    }

    private String add(BarrierTaskContext task) {
      try (Collective collective = meeting.join(task, workers)) {
        double[] one = {1};
        collective.sum(one);
        return one[0] == workers ? "" : "The sum over " + workers + " workers was " + one[0] + ".";
      } catch (PalimpsestException e) {
        return e.getMessage();
      }
    }
  }
}

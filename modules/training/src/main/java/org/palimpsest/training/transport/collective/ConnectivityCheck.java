package org.palimpsest.training.transport.collective;

import java.io.Serializable;
import java.util.Iterator;
import java.util.Optional;
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
    return demand.resources().on(BarrierStage.of(ranks, part::run)).collect().stream()
        .findFirst()
        .map(trouble -> Finding.fail(CHECK, trouble))
        .orElseGet(() -> Finding.ok(CHECK, workers + " workers reach each other."));
  }

  /** The task of one worker. It returns its failure, so that the other tasks are not stopped. */
  private record Part(GroupJoin group, int workers) implements Serializable {
    Iterator<String> run(Iterator<Integer> rank) {
      return trouble(BarrierTaskContext.get()).stream().iterator();
    }

    private Optional<String> trouble(BarrierTaskContext task) {
      try (Collective collective = group.join(task, workers)) {
        double[] one = {1};
        collective.sum(one);
        return one[0] == workers
            ? Optional.empty()
            : Optional.of("The sum over " + workers + " workers was " + one[0] + ".");
      } catch (PalimpsestException e) {
        return Optional.of(e.getMessage());
      }
    }
  }
}

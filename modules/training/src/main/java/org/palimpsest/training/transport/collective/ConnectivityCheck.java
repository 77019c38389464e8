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
 * Checks that the network lets executors connect: as many tasks as the run has workers connect and
 * sum a number, as replicas do.
 */
public record ConnectivityCheck(
    JavaSparkContext spark, ClusterRequirements requirements, Sockets sockets) {
  private static final String CHECK = "connections";

  public Finding finding() {
    if (requirements.transport() == Transport.SPARK || requirements.workers() == 1) {
      return Finding.ok(CHECK, "Workers need no connections to each other.");
    }
    int workers = requirements.workers();
    JavaRDD<Integer> ranks =
        spark.parallelize(IntStream.range(0, workers).boxed().toList(), workers);
    Part part = new Part(new GroupJoin(sockets, requirements.timeout()), workers);
    return requirements.resources().on(BarrierStage.of(ranks, part::run)).collect().stream()
        .findFirst()
        .map(trouble -> Finding.fail(CHECK, trouble))
        .orElseGet(() -> Finding.ok(CHECK, workers + " workers can connect to each other."));
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

package org.palimpsest.dl4j.spark.listener;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Who is told on the worker what a replica does: hooks and listeners of Deeplearning4j. */
public interface WorkerHook {
  /** A batch is about to be computed. */
  void before(MultiDataSet batch, ComputationGraph graph);

  /** The batches told of so far belong to no update: another step begins. */
  void forget();

  /** The parameters have been updated with what was computed since {@link #forget}. */
  void after(ComputationGraph graph, int iteration, int epoch);

  /** Nobody. */
  static WorkerHook none() {
    return new Nobody();
  }

  /** Is told, and tells nobody. */
  record Nobody() implements WorkerHook {
    @Override
    public void before(MultiDataSet batch, ComputationGraph graph) {}

    @Override
    public void forget() {}

    @Override
    public void after(ComputationGraph graph, int iteration, int epoch) {}
  }
}

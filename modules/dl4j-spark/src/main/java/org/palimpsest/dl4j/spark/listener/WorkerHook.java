package org.palimpsest.dl4j.spark.listener;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Calls Deeplearning4j's hooks and listeners on a worker. */
public interface WorkerHook {
  /** Called before a batch is computed. */
  void before(MultiDataSet batch, ComputationGraph graph);

  /** Called when a new step starts: earlier batches are not part of its update. */
  void stepStarts();

  /** Called after the parameters were updated with the batches since {@link #stepStarts}. */
  void after(ComputationGraph graph, int iteration, int epoch);

  /** No hooks. */
  static WorkerHook none() {
    return new None();
  }

  /** Does nothing. */
  record None() implements WorkerHook {
    @Override
    public void before(MultiDataSet batch, ComputationGraph graph) {}

    @Override
    public void stepStarts() {}

    @Override
    public void after(ComputationGraph graph, int iteration, int epoch) {}
  }
}

package org.palimpsest.dl4j.spark.listener;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.deeplearning4j.core.storage.listener.RoutingIterationListener;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.palimpsest.dl4j.spark.data.FitSource;

/**
 * Hooks and routed listeners, as sent to the workers.
 *
 * @param hooks called before and after every update
 * @param form in which hooks receive a batch: that of the RDD
 * @param listeners copied for every worker; their statistics return through Spark
 * @param routed receives the statistics
 */
public record WorkerHooks(
    List<TrainingHook> hooks,
    FitSource.BatchForm form,
    List<RoutingIterationListener> listeners,
    RoutedStats routed)
    implements Serializable {

  public WorkerHooks {
    hooks = List.copyOf(hooks);
    listeners = List.copyOf(listeners);
  }

  /** The hooks of a worker. */
  public WorkerHook on(int rank) {
    return hooks.isEmpty() && listeners.isEmpty() ? WorkerHook.none() : new OnWorker(this, rank);
  }

  private static final class OnWorker implements WorkerHook {
    private final WorkerHooks all;
    private final List<TrainingListener> listeners = new ArrayList<>();
    private final List<MultiDataSet> batches = new ArrayList<>();

    OnWorker(WorkerHooks all, int rank) {
      this.all = all;
      for (RoutingIterationListener listener : all.listeners()) {
        RoutingIterationListener copy = listener.clone();
        copy.setSessionID(listener.getSessionID());
        copy.setWorkerID("worker-" + rank);
        copy.setStorageRouter(all.routed().router());
        listeners.add(copy);
      }
    }

    @Override
    public void before(MultiDataSet batch, ComputationGraph graph) {
      if (!listeners.isEmpty() && graph.getListeners().isEmpty()) {
        graph.setListeners(listeners);
      }
      if (!all.hooks().isEmpty()) {
        batches.add(batch);
        all.hooks().forEach(hook -> before(hook, batch, graph));
      }
    }

    private void before(TrainingHook hook, MultiDataSet batch, ComputationGraph graph) {
      switch (all.form()) {
        case DATA_SET -> hook.preUpdate(single(batch), graph);
        case MULTI_DATA_SET -> hook.preUpdate(batch, graph);
      }
    }

    @Override
    public void stepStarts() {
      batches.clear();
    }

    @Override
    public void after(ComputationGraph graph, int iteration, int epoch) {
      for (MultiDataSet batch : batches) {
        all.hooks().forEach(hook -> after(hook, batch, graph));
      }
      listeners.forEach(listener -> listener.iterationDone(graph, iteration, epoch));
    }

    private void after(TrainingHook hook, MultiDataSet batch, ComputationGraph graph) {
      switch (all.form()) {
        case DATA_SET -> hook.postUpdate(single(batch), graph);
        case MULTI_DATA_SET -> hook.postUpdate(batch, graph);
      }
    }

    private static DataSet single(MultiDataSet batch) {
      return new DataSet(
          batch.getFeatures(0),
          batch.getLabels(0),
          first(batch.getFeaturesMaskArrays()),
          first(batch.getLabelsMaskArrays()));
    }

    private static INDArray first(INDArray[] masks) {
      return masks == null || masks.length == 0 ? null : masks[0];
    }
  }

  /** The listeners among those of a program that run on the workers. */
  public static List<RoutingIterationListener> routing(Collection<TrainingListener> listeners) {
    return listeners.stream()
        .filter(RoutingIterationListener.class::isInstance)
        .map(RoutingIterationListener.class::cast)
        .toList();
  }
}

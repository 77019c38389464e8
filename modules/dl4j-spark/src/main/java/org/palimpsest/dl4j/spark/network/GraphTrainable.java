package org.palimpsest.dl4j.spark.network;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.MultiDataSet;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.KeyedHash;
import org.palimpsest.dl4j.spark.listener.WorkerHook;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.HeapVector;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Trainable;

/**
 * Any graph of Deeplearning4j as a replica. Its parameters, gradients and updater state are the
 * graph's own arrays; only the sum of the gradients of several batches is an additional array.
 *
 * <p>The weight of a batch is its number of examples, by which Deeplearning4j divides gradients. An
 * {@link #update} uses the graph's own updaters with their own rates and schedules, at the
 * iteration of the global step, independent of this worker's count of updates; the rate of the
 * recipe is a factor. One worker that aggregates in every step computes the same as {@code
 * ComputationGraph.fit}.
 *
 * <p>Dropout and weight noise draw from ND4J's generator of the calling thread, which is seeded
 * again for every batch.
 */
public final class GraphTrainable implements Trainable<MultiDataSet> {
  private final ComputationGraph graph;
  private final Counts start;
  private final WorkerHook hook;
  private final GraphGradient gradient;
  private final INDArray sum;
  private final ArrayVector parameters;
  private final ArrayVector gradients;
  private final FlatVector optimizerState;
  private long updates;

  /** The next global step. A worker's own count of updates can be reset. */
  private long step;

  /** Iterations and epochs of the network so far, the input of schedules. */
  public record Counts(int iteration, int epoch) implements java.io.Serializable {}

  /** Wraps a graph, which is closed with this replica. */
  public GraphTrainable(ComputationGraph graph, Counts start, WorkerHook hook) {
    this.graph = graph;
    this.start = start;
    this.hook = hook;
    gradient = GraphGradient.of(graph);
    sum = Nd4j.create(gradient.flat().dataType(), gradient.flat().length());
    parameters = new ArrayVector(graph.params());
    gradients = new ArrayVector(sum);
    INDArray state = graph.getUpdater().getUpdaterStateViewArray();
    optimizerState = state == null ? new HeapVector(0) : new ArrayVector(state);
    setProgress();
  }

  @Override
  public FlatVector parameters() {
    return parameters;
  }

  @Override
  public FlatVector gradients() {
    return gradients;
  }

  @Override
  public FlatVector optimizerState() {
    return optimizerState;
  }

  @Override
  public long updates() {
    return updates;
  }

  @Override
  public void restoreUpdates(long before) {
    updates = before;
    step = before;
    setProgress();
  }

  /** Sets the graph's iteration and epoch, which its layers read in every pass. */
  private void setProgress() {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    configuration.setIterationCount(iteration());
    configuration.setEpochCount(start.epoch());
  }

  private int iteration() {
    return Math.toIntExact(start.iteration() + step);
  }

  @Override
  public void zeroGradients() {
    sum.assign(0); // not a product with 0, which would keep NaN
    hook.stepStarts();
  }

  @Override
  public LossSum backward(MultiDataSet batch, DropoutKey key) {
    BatchShape.refuseMisfits(batch, graph);
    step = key.step();
    setProgress();
    hook.before(batch, graph);
    Nd4j.getRandom()
        .setSeed(
            KeyedHash.of(KeyedHash.of(0, key.seed(), key.step(), key.rank()), key.microBatch()));
    try {
      return backward(batch);
    } catch (OutOfMemoryError e) {
      throw Backend.outOfMemory(e);
    } catch (RuntimeException e) {
      throw BatchShape.unfit(batch, e);
    } finally {
      clearGraph();
    }
  }

  private LossSum backward(MultiDataSet batch) {
    long examples = batch.getFeatures(0).size(0);
    setBatch(batch);
    graph.computeGradientAndScore();
    gradient.makeSums(examples);
    sum.addi(gradient.flat().reshape(sum.shape()));
    return new LossSum(graph.score() * examples, examples);
  }

  private void setBatch(MultiDataSet batch) {
    graph.setInputs(batch.getFeatures());
    graph.setLabels(batch.getLabels());
    graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
  }

  private void clearGraph() {
    graph.clearLayerMaskArrays();
    graph.clearLayersStates();
    graph.clear();
  }

  @Override
  public double gradientNorm() {
    return sum.norm2Number().doubleValue();
  }

  @Override
  public void scaleGradients(double factor) {
    sum.muli(factor);
  }

  /** The gradients are means already: the updater gets a batch size of 1. */
  @Override
  public void update(double rateFactor) {
    INDArray flat = gradient.flat();
    flat.assign(sum.reshape(flat.shape()));
    LayerWorkspaceMgr memory = LayerWorkspaceMgr.noWorkspaces();
    graph.getUpdater().update(gradient.byName(), iteration(), start.epoch(), 1, memory);
    if (rateFactor != 1) {
      flat.muli(rateFactor);
    }
    INDArray all = graph.params();
    all.subi(flat.reshape(all.shape()));
    updates++;
    step++;
    setProgress();
    graph.applyConstraints(iteration(), start.epoch());
    hook.after(graph, iteration(), start.epoch());
  }

  @Override
  public LossSum loss(MultiDataSet batch) {
    BatchShape.refuseMisfits(batch, graph);
    long examples = batch.getFeatures(0).size(0);
    return new LossSum(graph.score(batch, false) * examples, examples);
  }

  /** Frees all memory, including the workspaces of this thread: task threads live longer. */
  @Override
  public void close() {
    sum.close();
    graph.close();
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}

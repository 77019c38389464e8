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
 * graph's own arrays; only the sum of the gradients of several batches is an array more.
 *
 * <p>The weight of a batch is its number of examples, by which Deeplearning4j divides gradients. An
 * {@link #update} is the graph's own updaters with their own rates and schedules, at the iteration
 * that the global step makes, whatever this worker has updated; the rate that comes from outside is
 * a factor. One worker that aggregates in every step does what {@code ComputationGraph.fit} does.
 *
 * <p>Dropout and noise in weights draw from ND4J's generator of the calling thread, which is seeded
 * anew for every batch.
 */
public final class GraphTrainable implements Trainable<MultiDataSet> {
  private final ComputationGraph graph;
  private final Counts start;
  private final WorkerHook witness;
  private final GraphGradient gradient;
  private final INDArray sum;
  private final ArrayVector parameters;
  private final ArrayVector gradients;
  private final FlatVector optimizerState;
  private long updates;

  /** The global step that comes next. What a worker itself has updated may be forgotten. */
  private long step;

  /**
   * Iterations and epochs that the network has behind it: what schedules of rates are functions of.
   */
  public record Counts(int iteration, int epoch) implements java.io.Serializable {}

  /** Takes the graph over; it is closed with this. */
  public GraphTrainable(ComputationGraph graph, Counts start, WorkerHook witness) {
    this.graph = graph;
    this.start = start;
    this.witness = witness;
    gradient = GraphGradient.of(graph);
    sum = Nd4j.create(gradient.flat().dataType(), gradient.flat().length());
    parameters = new ArrayVector(graph.params());
    gradients = new ArrayVector(sum);
    INDArray state = graph.getUpdater().getUpdaterStateViewArray();
    optimizerState = state == null ? new HeapVector(0) : new ArrayVector(state);
    stand();
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
    stand();
  }

  /** Tells the graph where it stands; its layers ask for that in every pass. */
  private void stand() {
    ComputationGraphConfiguration configuration = graph.getConfiguration();
    configuration.setIterationCount(iteration());
    configuration.setEpochCount(start.epoch());
  }

  private int iteration() {
    return Math.toIntExact(start.iteration() + step);
  }

  @Override
  public void zeroGradients() {
    sum.assign(0); // Not scaled by 0: what is no number would stay.
    witness.forget();
  }

  @Override
  public LossSum backward(MultiDataSet batch, DropoutKey key) {
    BatchShape.refuseMisfits(batch, graph);
    step = key.step();
    stand();
    witness.before(batch, graph);
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
      letGo();
    }
  }

  private LossSum backward(MultiDataSet batch) {
    long examples = batch.getFeatures(0).size(0);
    give(batch);
    graph.computeGradientAndScore();
    gradient.makeSums(examples);
    sum.addi(gradient.flat().reshape(sum.shape()));
    return new LossSum(graph.score() * examples, examples);
  }

  private void give(MultiDataSet batch) {
    graph.setInputs(batch.getFeatures());
    graph.setLabels(batch.getLabels());
    graph.setLayerMaskArrays(batch.getFeaturesMaskArrays(), batch.getLabelsMaskArrays());
  }

  private void letGo() {
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

  /** The gradients are means by now: the updater is told of one example. */
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
    stand();
    graph.applyConstraints(iteration(), start.epoch());
    witness.after(graph, iteration(), start.epoch());
  }

  @Override
  public LossSum loss(MultiDataSet batch) {
    BatchShape.refuseMisfits(batch, graph);
    long examples = batch.getFeatures(0).size(0);
    return new LossSum(graph.score(batch, false) * examples, examples);
  }

  /** Frees everything, the workspaces of this thread included: task threads live on. */
  @Override
  public void close() {
    sum.close();
    graph.close();
    Nd4j.getWorkspaceManager().destroyAllWorkspacesForCurrentThread();
  }
}

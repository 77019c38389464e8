package org.palimpsest.dl4j;

import java.util.List;
import org.deeplearning4j.nn.api.layers.IOutputLayer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.factory.Nd4j;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.stack.Block;
import org.palimpsest.dl4j.stack.Head;
import org.palimpsest.dl4j.stack.Pass;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.replica.Slice;

/**
 * The head as the output layer of a graph. Labels are token ids, rows by target length, and their
 * mask has the loss weights. The score is the mean over counted target tokens, in nats.
 */
final class HeadLayer extends BlockLayer implements IOutputLayer {
  private static final long serialVersionUID = 1;

  private transient INDArray labels;
  private transient Head head;
  private transient boolean scored;

  HeadLayer(NeuralNetConfiguration conf, DataType type, ComputationGraph graph) {
    super(conf, type, graph);
  }

  @Override
  Block block(Pass pass) {
    head = new Head(pass.workspace());
    return null;
  }

  Head head() {
    return head;
  }

  @Override
  public void setInput(INDArray input, LayerWorkspaceMgr workspaceMgr) {
    super.setInput(input, workspaceMgr);
    scored = false;
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    Matrix rows = feed().rowsOf(input, layerConf().getLayerName());
    Matrix gradient =
        feed().pass().workspace().scratch("gradient").shaped(rows.rows(), rows.columns());
    if (feed().input() == null) {
      graph().getFlattenedGradients().assign(0);
      Slice slice = labeled(CountedRows.Scope.COUNTED);
      feed().setLoss(head.backward(rows, slice, shares(slice), Numerics.PLAIN, gradient));
    } else {
      Slice slice = feed().input().slice();
      Numerics numerics = feed().input().numerics();
      feed().setLoss(head.backward(rows, slice, slice.counted().weights(), numerics, gradient));
    }
    scored = true;
    return new Pair<>(namedGradients(), feed().publish(gradient));
  }

  /** The slice with targets and weights from labels and their mask. */
  private Slice labeled(CountedRows.Scope scope) {
    Slice slice = feed().pass().slice();
    return DataSets.labeled(slice, labels, maskArray, scope);
  }

  private static double weight(Slice slice) {
    double sum = 0;
    for (float weight : slice.counted().weights()) {
      sum += weight;
    }
    return sum == 0 ? 1 : sum;
  }

  private static float[] shares(Slice slice) {
    double sum = weight(slice);
    float[] shares = slice.counted().weights().clone();
    for (int i = 0; i < shares.length; i++) {
      shares[i] = (float) (shares[i] / sum);
    }
    return shares;
  }

  @Override
  public double computeScore(
      double fullNetworkRegScore, boolean training, LayerWorkspaceMgr workspaceMgr) {
    if (!scored) {
      Slice slice = labeled(CountedRows.Scope.COUNTED);
      feed().setLoss(total(computeRowLosses(slice)) / weight(slice));
    }
    score = feed().loss() + fullNetworkRegScore;
    return score;
  }

  private double[] computeRowLosses(Slice slice) {
    float[] weights = DataSets.weights(slice, labels, maskArray);
    int width = (int) labels.size(1);
    double[] sums = new double[(int) labels.size(0)];
    head.score(
        feed().rows(), slice, (place, loss, best) -> sums[place / width] += weights[place] * loss);
    return sums;
  }

  private static double total(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum;
  }

  /** The sum of the weighted losses of each row. */
  @Override
  public INDArray computeScoreForExamples(
      double fullNetworkRegScore, LayerWorkspaceMgr workspaceMgr) {
    double[] sums = computeRowLosses(labeled(CountedRows.Scope.COUNTED));
    return Nd4j.createFromArray(sums).addi(fullNetworkRegScore).reshape(sums.length, 1);
  }

  /**
   * The probabilities of all tokens: rows by vocabulary by target length, in Deeplearning4j's
   * layout of sequences; 0 at padding. Large; training and evaluation do not use it.
   */
  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    Matrix rows = feed().rowsOf(input, layerConf().getLayerName());
    return DataSets.probabilities(feed().pass(), head, rows, graph().getInput(1));
  }

  @Override
  public void setLabels(INDArray labels) {
    this.labels = labels;
  }

  @Override
  public INDArray getLabels() {
    return labels;
  }

  @Override
  public boolean needsLabels() {
    return true;
  }

  @Override
  @Deprecated
  @SuppressWarnings("InlineMeSuggester") // deprecated by DL4J
  public int numLabels() {
    return layerConf().spec().vocabulary();
  }

  private static PalimpsestException alone() {
    return PalimpsestException.configuration(
        "A transformer's head works only inside its graph: call fit, score or output of the"
            + " ComputationGraph.");
  }

  @Override
  public double f1Score(DataSet data) {
    throw alone();
  }

  @Override
  public double f1Score(INDArray examples, INDArray truth) {
    throw alone();
  }

  @Override
  public void fit(DataSetIterator iterator) {
    throw alone();
  }

  @Override
  public int[] predict(INDArray examples) {
    throw alone();
  }

  @Override
  public List<String> predict(DataSet data) {
    throw alone();
  }

  @Override
  public void fit(INDArray examples, INDArray truth) {
    throw alone();
  }

  @Override
  public void fit(DataSet data) {
    throw alone();
  }

  @Override
  public void fit(INDArray examples, int[] truth) {
    throw alone();
  }
}

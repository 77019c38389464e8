package org.palimpsest.dl4j;

import java.util.ArrayList;
import java.util.List;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.LossSum;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.batch.Batch;
import org.palimpsest.model.batch.CountedRows;
import org.palimpsest.model.spec.ModelSpec;

/** A graph that is fed slice by slice; gradients add up in its flat vector. */
final class Network implements AutoCloseable {
  /** Rows times width of a slice; as in the engine torch, so that dropout falls alike. */
  private static final int SLICE_ELEMENTS = 1 << 19;

  private static final int FEWEST_ROWS = 512;

  private final ModelSpec spec;
  private final ComputationGraph graph;
  private final Flow flow;
  private final INDArray[] stands;
  private final int sliceRows;

  /** What a pass over slices adds to. */
  private static final class Sum {
    private double loss;
  }

  /** A graph of its own, with initial parameters. */
  Network(ModelSpec spec, long seed, DataType type, int sliceRows) {
    this.spec = spec;
    this.sliceRows = sliceRows;
    graph =
        new ComputationGraph(
            Transformers.configuration(
                spec,
                new NeuralNetConfiguration.Builder()
                    .seed(seed)
                    .dataType(type)
                    .updater(new NoOp())));
    graph.init();
    graph.initGradientsView();
    flow = Flow.of(graph);
    stands = new INDArray[] {flow.stand(), flow.stand()};
  }

  /** How many rows are computed together. */
  static int sliceRows(ModelSpec spec) {
    return Math.max(FEWEST_ROWS, SLICE_ELEMENTS / spec.width());
  }

  INDArray parameters() {
    return graph.params();
  }

  INDArray gradients() {
    return graph.getFlattenedGradients();
  }

  Kernels kernels() {
    return flow.pass().workspace().kernels();
  }

  /** Adds the gradient of the sum of weighted losses. */
  LossSum backward(Batch batch, DropoutKey key, Numerics numerics) {
    Slice.check(batch);
    Sum sum = new Sum();
    int number = 0;
    for (int from = 0; from < batch.segments().count(); number++) {
      int to = batch.segments().end(from, sliceRows);
      Slice slice = Slice.of(spec, batch, from, to, CountedRows.Scope.COUNTED);
      if (slice.counted().count() > 0) {
        flow.feed(new Flow.Feed(slice, key, number, numerics));
        graph.setInputs(stands);
        graph.setLabels(flow.stand());
        graph.computeGradientAndScore();
        sum.loss += flow.loss();
      }
      from = to;
    }
    return new LossSum(sum.loss, batch.weight());
  }

  /** The loss without dropout. */
  LossSum loss(Batch batch) {
    Sum sum = new Sum();
    score(
        batch,
        CountedRows.Scope.COUNTED,
        (place, loss, best) -> sum.loss += batch.lossWeights()[place] * loss);
    return new LossSum(sum.loss, batch.weight());
  }

  /**
   * Scores target positions without dropout.
   *
   * @param sink is told places in the batch's arrays
   */
  void score(Batch batch, CountedRows.Scope scope, Head.Sink sink) {
    Slice.check(batch);
    for (int from = 0; from < batch.segments().count(); ) {
      int to = batch.segments().end(from, sliceRows);
      Slice slice = Slice.of(spec, batch, from, to, scope);
      if (slice.counted().count() > 0) {
        flow.feed(new Flow.Feed(slice, null, 0, Numerics.PLAIN));
        graph.setInputs(stands);
        graph.feedForward(false, true, true);
        head().score(flow.rows(), slice, sink);
      }
      from = to;
    }
  }

  private BlockLayer layer(String name) {
    return (BlockLayer) graph.getLayer(name);
  }

  private Head head() {
    return ((HeadLayer) graph.getLayer("head")).head();
  }

  /**
   * Reads sources, for sequences that will be written one token after the other.
   *
   * @param each sequences for each source
   * @param room longest sequence
   */
  Writing begin(List<int[]> sources, int each, int room) {
    Pass pass = flow.pass();
    pass.noise().silence();
    Side side = Side.of(spec, sources);
    Matrix x = ((SourceEmbedding) layer("source-embedding").block()).embed(side);
    for (int i = 0; i < spec.encoderLayers(); i++) {
      x = ((EncoderLayer) layer("encoder-" + i).block()).forward(x, side.spans());
    }
    if (graph.getVertex("encoder-end") != null) {
      x = layer("encoder-end").block().forward(x);
    }
    Writing writing = new Writing(pass.workspace(), side.spans(), each, room);
    for (DecoderLayer layer : decoder()) {
      writing.remember(layer.remember(x));
    }
    if (pass.decoderBias() != null) {
      pass.decoderBias().begin(room);
    }
    return writing;
  }

  private List<DecoderLayer> decoder() {
    List<DecoderLayer> layers = new ArrayList<>();
    for (int i = 0; i < spec.decoderLayers(); i++) {
      layers.add((DecoderLayer) layer("decoder-" + i).block());
    }
    return layers;
  }

  /**
   * Writes one token of each sequence.
   *
   * @param tokens the last token of each sequence
   * @return logits of what follows, sequence by sequence
   */
  double[][] step(Writing writing, int[] tokens) {
    Matrix y = ((TargetEmbedding) layer("target-embedding").block()).embed(writing.side(tokens));
    List<DecoderLayer> layers = decoder();
    for (int i = 0; i < layers.size(); i++) {
      y = layers.get(i).step(y, writing.past(i), writing.remembered(i), writing);
    }
    writing.advance();
    if (graph.getVertex("decoder-end") != null) {
      y = layer("decoder-end").block().forward(y);
    }
    Matrix logits = head().logits(y);
    double[][] all = new double[logits.rows()][];
    for (int row = 0; row < all.length; row++) {
      all[row] = kernels().read(logits.rows(row, 1));
    }
    return all;
  }

  @Override
  public void close() {
    flow.pass().workspace().free();
    flow.stand().close();
    graph.params().close();
    graph.getFlattenedGradients().close();
  }
}

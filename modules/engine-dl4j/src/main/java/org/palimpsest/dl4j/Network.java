package org.palimpsest.dl4j;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleConsumer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.NoOp;
import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.stack.DecoderLayer;
import org.palimpsest.dl4j.stack.DecodingState;
import org.palimpsest.dl4j.stack.EncoderLayer;
import org.palimpsest.dl4j.stack.Head;
import org.palimpsest.dl4j.stack.Pass;
import org.palimpsest.dl4j.stack.SourceEmbedding;
import org.palimpsest.dl4j.stack.TargetEmbedding;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.replica.LossSink;
import org.palimpsest.model.replica.PackedSequences;
import org.palimpsest.model.replica.Slice;
import org.palimpsest.model.replica.SliceLoop;
import org.palimpsest.model.spec.ModelSpec;

/** A graph that computes a batch slice by slice; gradients add up in its flat vector. */
final class Network implements SliceLoop.Passes, AutoCloseable {
  private final ModelSpec spec;
  private final Numerics numerics;
  private final SliceLoop slices;
  private final ComputationGraph graph;
  private final GraphFeed feed;
  private final INDArray[] placeholders;

  /**
   * Builds the graph, with initial parameters.
   *
   * @param sliceRows source or target rows of a slice; see {@link SliceLoop}
   */
  Network(ModelSpec spec, long seed, DataType type, Numerics numerics, int sliceRows) {
    this.spec = spec;
    this.numerics = numerics;
    slices = new SliceLoop(this, sliceRows);
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
    feed = GraphFeed.of(graph);
    placeholders = new INDArray[] {feed.placeholder(), feed.placeholder()};
  }

  /** The loop over batches. */
  SliceLoop slices() {
    return slices;
  }

  INDArray parameters() {
    return graph.params();
  }

  INDArray gradients() {
    return graph.getFlattenedGradients();
  }

  Kernels kernels() {
    return feed.pass().workspace().kernels();
  }

  @Override
  public void backward(Slice slice, DropoutKey key, int number, DoubleConsumer losses) {
    feed(new GraphFeed.Input(checked(slice), key, number, numerics));
    graph.setLabels(feed.placeholder());
    graph.computeGradientAndScore();
    losses.accept(feed.loss());
  }

  @Override
  public void score(Slice slice, LossSink sink) {
    feed(new GraphFeed.Input(checked(slice), null, 0, Numerics.PLAIN));
    graph.feedForward(false, true, true);
    head().score(feed.rows(), slice, sink);
  }

  private void feed(GraphFeed.Input next) {
    feed.feed(next);
    graph.setInputs(placeholders);
  }

  private Slice checked(Slice slice) {
    Pass.checked(spec, slice.source());
    Pass.checked(spec, slice.target());
    return slice;
  }

  private BlockLayer layer(String name) {
    return (BlockLayer) graph.getLayer(name);
  }

  private Head head() {
    return ((HeadLayer) graph.getLayer("head")).head();
  }

  /**
   * Encodes sources, for sequences that are decoded token by token.
   *
   * @param each sequences per source
   * @param room tokens of the longest sequence
   */
  DecodingState begin(List<int[]> sources, int each, int room) {
    Pass pass = feed.pass();
    pass.rng().silence();
    PackedSequences packed = Pass.checked(spec, PackedSequences.of(sources));
    Matrix x = encoded(packed);
    DecodingState state = new DecodingState(pass.workspace(), packed.spans(), each, room);
    for (DecoderLayer layer : decoder()) {
      state.addLayer(layer.projectMemory(x));
    }
    pass.decoderBiases().begin(room);
    return state;
  }

  /** Encodes sources without dropout: one row per token, one source after the other. */
  double[] encode(List<int[]> sources) {
    feed.pass().rng().silence();
    return kernels().read(encoded(Pass.checked(spec, PackedSequences.of(sources))));
  }

  private Matrix encoded(PackedSequences packed) {
    Matrix x = ((SourceEmbedding) layer("source-embedding").block()).embed(packed);
    for (int i = 0; i < spec.encoderLayers(); i++) {
      x = ((EncoderLayer) layer("encoder-" + i).block()).forward(x, packed.spans());
    }
    return graph.getVertex("encoder-end") == null ? x : layer("encoder-end").block().forward(x);
  }

  private List<DecoderLayer> decoder() {
    List<DecoderLayer> layers = new ArrayList<>();
    for (int i = 0; i < spec.decoderLayers(); i++) {
      layers.add((DecoderLayer) layer("decoder-" + i).block());
    }
    return layers;
  }

  /**
   * Decodes one position of each sequence.
   *
   * @param tokens the last token of each sequence
   * @return logits of the next token, sequence by sequence
   */
  double[][] step(DecodingState state, int[] tokens) {
    Matrix y = ((TargetEmbedding) layer("target-embedding").block()).embed(state.rows(tokens));
    List<DecoderLayer> layers = decoder();
    for (int i = 0; i < layers.size(); i++) {
      y = layers.get(i).step(y, state.past(i), state.memory(i), state);
    }
    state.advance();
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
    feed.pass().workspace().free();
    feed.placeholder().close();
    graph.params().close();
    graph.getFlattenedGradients().close();
  }
}

package org.palimpsest.dl4j;

import java.util.LinkedHashMap;
import java.util.Map;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.layers.BaseLayer;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.dl4j.kernel.Matrix;
import org.palimpsest.dl4j.stack.Block;
import org.palimpsest.dl4j.stack.DecoderLayer;
import org.palimpsest.dl4j.stack.EncoderLayer;
import org.palimpsest.dl4j.stack.Pass;
import org.palimpsest.dl4j.stack.SourceEmbedding;
import org.palimpsest.dl4j.stack.StackEnd;
import org.palimpsest.dl4j.stack.TargetEmbedding;

/** A {@link Block} as a layer of Deeplearning4j. */
class BlockLayer extends BaseLayer<TransformerLayer> {
  private static final long serialVersionUID = 1;

  private final transient ComputationGraph graph;
  private transient GraphFeed feed;
  private transient Block block;

  BlockLayer(NeuralNetConfiguration conf, DataType type, ComputationGraph graph) {
    super(conf, type);
    this.graph = graph;
    this.params = new LinkedHashMap<>();
    this.gradientViews = new LinkedHashMap<>();
  }

  final ComputationGraph graph() {
    return graph;
  }

  final GraphFeed feed() {
    if (feed == null) {
      feed = GraphFeed.of(graph);
    }
    return feed;
  }

  /** Adds its parameters to the pass and builds its block; called in the order of the graph. */
  final void join(GraphFeed joined) {
    feed = joined;
    Pass pass = joined.pass();
    if (paramsFlattened != null) {
      pass.workspace().parameters().add(paramsFlattened, layerConf().tensors().get(0).name());
    }
    addGradients(pass);
    block = block(pass);
  }

  private void addGradients(Pass pass) {
    if (gradientsFlattened != null) {
      pass.workspace().gradients().add(gradientsFlattened, layerConf().tensors().get(0).name());
    }
  }

  Block block(Pass pass) {
    int number = layerConf().index();
    return switch (layerConf().kind()) {
      case SOURCE_EMBEDDING -> new SourceEmbedding(pass);
      case ENCODER_LAYER -> new EncoderLayer(pass, number);
      case ENCODER_END -> new StackEnd(pass, "model.encoder");
      case TARGET_EMBEDDING -> new TargetEmbedding(pass);
      case DECODER_LAYER -> new DecoderLayer(pass, number);
      case DECODER_END -> new StackEnd(pass, "model.decoder");
      case HEAD -> throw new IllegalStateException("The head is a HeadLayer.");
    };
  }

  final Block block() {
    return block;
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    super.setBackpropGradientsViewArray(gradients);
    if (feed != null) {
      addGradients(feed.pass());
    }
  }

  @Override
  public INDArray activate(boolean training, LayerWorkspaceMgr workspaceMgr) {
    Matrix x = feed().rowsOf(input, layerConf().getLayerName());
    return feed.publish(block.forward(x));
  }

  @Override
  public Pair<Gradient, INDArray> backpropGradient(
      INDArray epsilon, LayerWorkspaceMgr workspaceMgr) {
    Matrix gradient = feed().rowsOf(epsilon, layerConf().getLayerName());
    return new Pair<>(namedGradients(), feed.publish(block.backward(gradient)));
  }

  /**
   * The gradients by name; empty when a replica feeds the graph, because no one reads them then.
   */
  final Gradient namedGradients() {
    DefaultGradient named = new DefaultGradient();
    if (feed.input() == null) {
      for (Map.Entry<String, INDArray> view : gradientViews.entrySet()) {
        named.setGradientFor(view.getKey(), view.getValue());
      }
    }
    return named;
  }

  @Override
  public boolean isPretrainLayer() {
    return false;
  }
}

package org.palimpsest.dl4j;

import java.util.HashMap;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.MaskState;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.BaseGraphVertex;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.model.DropoutKey;

/** The start of every pass through a graph; holds the state that the layers share. */
@SuppressWarnings("overrides") // Lombok's setInputs in the class above
public final class TokensGraphVertex extends BaseGraphVertex {
  private static final long serialVersionUID = 1;

  private final transient TokensVertex conf;
  private transient GraphFeed feed;
  private transient INDArray sourceMask;
  private transient INDArray targetMask;

  TokensGraphVertex(
      TokensVertex conf, ComputationGraph graph, String name, int number, DataType type) {
    super(graph, name, number, null, null, type);
    this.conf = conf;
  }

  /**
   * The feed of the graph. The first call builds the blocks of all layers, in the order of the
   * graph.
   */
  GraphFeed feed() {
    if (feed == null) {
      feed = new GraphFeed(conf.spec(), dataType);
      GraphVertex[] vertices = graph.getVertices();
      for (int number : graph.topologicalSortOrder()) {
        if (vertices[number].getLayer() instanceof BlockLayer layer) {
          layer.join(feed);
        }
      }
    }
    return feed;
  }

  @Override
  public INDArray doForward(boolean training, LayerWorkspaceMgr workspaceMgr) {
    GraphFeed.of(graph);
    GraphFeed.Input input = feed().input();
    if (input != null) {
      draw(input.key(), input.number());
      return feed.begin(input.slice());
    }
    int iteration = graph.getConfiguration().getIterationCount();
    draw(training ? new DropoutKey(conf.seed(), iteration, 0, 0) : null, 0);
    return feed.begin(
        DataSets.slice(feed.pass().spec(), inputs[0], sourceMask, inputs[1], targetMask));
  }

  private void draw(DropoutKey key, int number) {
    if (key == null) {
      feed.pass().rng().silence();
    } else {
      feed.pass().rng().begin(key, number);
    }
  }

  /** Tokens have no gradient. */
  @Override
  public Pair<Gradient, INDArray[]> doBackward(boolean tbptt, LayerWorkspaceMgr workspaceMgr) {
    return new Pair<>(null, new INDArray[2]);
  }

  @Override
  public Pair<INDArray, MaskState> feedForwardMaskArrays(
      INDArray[] maskArrays, MaskState currentMaskState, int minibatchSize) {
    sourceMask = maskArrays == null ? null : maskArrays[0];
    targetMask = maskArrays == null ? null : maskArrays[1];
    return new Pair<>(null, currentMaskState);
  }

  @Override
  public void clear() {
    super.clear();
    sourceMask = null;
    targetMask = null;
  }

  @Override
  public java.util.Map<String, INDArray> paramTable(boolean backpropOnly) {
    return new HashMap<>();
  }

  @Override
  public void setBackpropGradientsViewArray(INDArray gradients) {
    // It has no parameters.
  }

  @Override
  public boolean hasLayer() {
    return false;
  }

  @Override
  public Layer getLayer() {
    return null;
  }

  @Override
  public String toString() {
    return "TokensGraphVertex(" + vertexName + ")";
  }
}

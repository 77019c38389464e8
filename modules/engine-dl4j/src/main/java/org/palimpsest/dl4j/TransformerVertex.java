package org.palimpsest.dl4j;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.graph.vertex.GraphVertex;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.palimpsest.model.Initializer;

/** The vertex of a {@link TransformerLayer}, which gives the layer its graph. */
public final class TransformerVertex extends LayerVertex {
  private static final long serialVersionUID = 1;

  /** For Deeplearning4j, which sets the fields. */
  private TransformerVertex() {}

  TransformerVertex(NeuralNetConfiguration conf) {
    super(conf, null);
  }

  TransformerLayer layer() {
    return (TransformerLayer) getLayerConf().getLayer();
  }

  @Override
  public GraphVertex instantiate(
      ComputationGraph graph,
      String name,
      int number,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkDatatype) {
    if (initializeParams && layer().kind() == LayerKind.SOURCE_EMBEDDING) {
      Initializer.initialize(
          layer().spec(), getLayerConf().getSeed(), ArrayVector.of(graph.params()));
    }
    BlockLayer layer =
        layer().kind() == LayerKind.HEAD
            ? new HeadLayer(getLayerConf(), networkDatatype, graph)
            : new BlockLayer(getLayerConf(), networkDatatype, graph);
    layer.setIndex(number);
    if (paramsView != null) {
      layer.setParamTable(
          TensorInitializer.INSTANCE.init(getLayerConf(), paramsView, initializeParams));
      layer.setParamsViewArray(paramsView);
    }
    boolean output = graph.getConfiguration().getNetworkOutputs().contains(name);
    return new org.deeplearning4j.nn.graph.vertex.impl.LayerVertex(
        graph, name, number, layer, null, output, networkDatatype);
  }

  @Override
  public TransformerVertex clone() {
    return new TransformerVertex(getLayerConf().clone());
  }
}

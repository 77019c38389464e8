package org.palimpsest.dl4j;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.deeplearning4j.nn.api.Layer;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.InputPreProcessor;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.memory.LayerMemoryReport;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.TensorSpec;

/** The Deeplearning4j configuration of one layer of an encoder-decoder. */
public final class TransformerLayer extends BaseLayer {
  private static final long serialVersionUID = 1;

  @JsonProperty private String model;

  @JsonProperty("part")
  private LayerKind kind;

  @JsonProperty private int index;
  private transient ModelSpec spec;

  /** For Deeplearning4j, which sets the fields. */
  private TransformerLayer() {}

  TransformerLayer(ModelSpec spec, LayerKind kind, int index) {
    this.model = SpecText.of(spec);
    this.kind = kind;
    this.index = index;
  }

  /** The model of the layer. */
  public ModelSpec spec() {
    if (spec == null) {
      spec = SpecText.read(model);
    }
    return spec;
  }

  /** The kind of layer. */
  public LayerKind kind() {
    return kind;
  }

  /** The index among the layers of its kind. */
  public int index() {
    return index;
  }

  List<TensorSpec> tensors() {
    return kind.tensors(spec(), index);
  }

  /**
   * {@inheritDoc}
   *
   * @throws PalimpsestException always: a {@link TransformerVertex} creates the layer
   */
  @Override
  public Layer instantiate(
      NeuralNetConfiguration conf,
      Collection<TrainingListener> listeners,
      int layerIndex,
      INDArray paramsView,
      boolean initializeParams,
      DataType networkDataType) {
    throw PalimpsestException.configuration(
        "A transformer's layer works only inside its graph: configure the graph with"
            + " Transformers.configuration.");
  }

  @Override
  public ParamInitializer initializer() {
    return TensorInitializer.INSTANCE;
  }

  @Override
  public InputType getOutputType(int layerIndex, InputType inputType) {
    return InputType.feedForward(kind == LayerKind.HEAD ? spec().vocabulary() : spec().width());
  }

  @Override
  public void setNIn(InputType inputType, boolean override) {
    // The specification defines it.
  }

  @Override
  public InputPreProcessor getPreProcessorForInputType(InputType inputType) {
    return null;
  }

  @Override
  public boolean isPretrainParam(String paramName) {
    return false;
  }

  @Override
  public LayerMemoryReport getMemoryReport(InputType inputType) {
    long parameters = initializer().numParams(this);
    return new LayerMemoryReport.Builder(
            getLayerName(), TransformerLayer.class, inputType, getOutputType(0, inputType))
        .standardMemory(parameters, 2 * parameters)
        .workingMemory(0, 0, 0, 0)
        .cacheMemory(0, 0)
        .build();
  }

  @Override
  public TransformerLayer clone() {
    return (TransformerLayer) super.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TransformerLayer that
        && super.equals(that)
        && model.equals(that.model)
        && kind == that.kind
        && index == that.index;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), model, kind, index);
  }
}

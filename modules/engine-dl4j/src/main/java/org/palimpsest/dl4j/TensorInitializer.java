package org.palimpsest.dl4j;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.ParamInitializer;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.palimpsest.model.spec.TensorSpec;

/**
 * Splits a layer's range of the flat vector into its tensors. Deeplearning4j splits keys at the
 * last underscore, so keys are Hugging Face's names with dashes. Vectors count as biases, which
 * weight decay skips.
 */
final class TensorInitializer implements ParamInitializer {
  static final TensorInitializer INSTANCE = new TensorInitializer();

  private TensorInitializer() {}

  private static List<TensorSpec> tensors(Layer layer) {
    return ((TransformerLayer) layer).tensors();
  }

  /** The tensor's name in its layer: {@code self-attn.q-proj.weight}. */
  static String key(TensorSpec tensor) {
    return tensor
        .name()
        .replaceFirst("^model\\.((en|de)coder\\.)?(layers\\.\\d+\\.)?", "")
        .replace('_', '-');
  }

  @Override
  public long numParams(NeuralNetConfiguration conf) {
    return numParams(conf.getLayer());
  }

  @Override
  public long numParams(Layer layer) {
    return tensors(layer).stream().mapToLong(TensorSpec::size).sum();
  }

  @Override
  public List<String> paramKeys(Layer layer) {
    return tensors(layer).stream().map(TensorInitializer::key).toList();
  }

  @Override
  public List<String> weightKeys(Layer layer) {
    return tensors(layer).stream()
        .filter(tensor -> !tensor.isVector())
        .map(TensorInitializer::key)
        .toList();
  }

  @Override
  public List<String> biasKeys(Layer layer) {
    return tensors(layer).stream()
        .filter(TensorSpec::isVector)
        .map(TensorInitializer::key)
        .toList();
  }

  @Override
  public boolean isWeightParam(Layer layer, String key) {
    return weightKeys(layer).contains(key);
  }

  @Override
  public boolean isBiasParam(Layer layer, String key) {
    return biasKeys(layer).contains(key);
  }

  /** Splits only: {@link TransformerVertex} initializes the whole vector at once. */
  @Override
  public Map<String, INDArray> init(
      NeuralNetConfiguration conf, INDArray paramsView, boolean initializeParams) {
    paramKeys(conf.getLayer()).forEach(conf::addVariable);
    return getGradientsFromFlattened(conf, paramsView);
  }

  @Override
  public Map<String, INDArray> getGradientsFromFlattened(
      NeuralNetConfiguration conf, INDArray view) {
    Map<String, INDArray> pieces = new LinkedHashMap<>();
    long from = 0;
    for (TensorSpec tensor : tensors(conf.getLayer())) {
      INDArray piece = view.get(NDArrayIndex.interval(from, from + tensor.size()));
      long[] shape = tensor.isVector() ? new long[] {1, tensor.size()} : tensor.shape();
      pieces.put(key(tensor), piece.reshape('c', shape));
      from += tensor.size();
    }
    return pieces;
  }
}

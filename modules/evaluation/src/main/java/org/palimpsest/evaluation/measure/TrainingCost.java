package org.palimpsest.evaluation.measure;

import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.objective.ExampleStatistics;

/**
 * Floating-point operations of the matrix products in training, two for each multiplication and
 * three passes (forward, and backward for inputs and for weights), as in Kaplan et al., "Scaling
 * laws for neural language models" (2020), with attention. The head is computed where the loss
 * counts. Softmax, norms, activations, and the optimizer are left out.
 */
record TrainingCost(ModelSpec spec) {
  private static final int OPERATIONS = 6;

  /**
   * Of one example.
   *
   * @param source number of source tokens
   * @param target number of target tokens
   * @param counted number of target tokens with a loss
   */
  double ofExample(double source, double target, double counted) {
    double inner = spec.innerWidth();
    double attention = 2.0 * spec.width() * inner;
    double feedForward =
        (spec.architecture().isGated() ? 3.0 : 2.0) * spec.width() * spec.feedForward();
    double encoder = source * (2 * attention + feedForward) + 2 * source * source * inner;
    double decoder =
        target * (3 * attention + feedForward)
            + source * attention
            + 2 * target * target * inner
            + 2 * target * source * inner;
    double head = counted * spec.width() * spec.vocabulary();
    return OPERATIONS * (spec.encoderLayers() * encoder + spec.decoderLayers() * decoder + head);
  }

  /** The mean over examples. */
  double ofExample(ExampleStatistics lengths) {
    double examples = lengths.examples();
    double raw = lengths.source().sum() / lengths.encoderPositions();
    return ofExample(
        lengths.source().sum() / examples,
        lengths.target().sum() / examples,
        lengths.countedPositions() * raw / examples);
  }
}

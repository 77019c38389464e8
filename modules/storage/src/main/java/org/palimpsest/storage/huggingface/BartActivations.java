package org.palimpsest.storage.huggingface;

import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.storage.Reason;

/** The {@code activation_function} of BART's and its relatives' configs. */
final class BartActivations {
  private BartActivations() {}

  /** Returns the name of an activation without a gate. */
  static String name(Activation activation) {
    return switch (activation) {
      case RELU -> "relu";
      case SILU -> "silu";
      case GELU_TANH -> "gelu_new";
      default -> "gelu";
    };
  }

  /**
   * Reads the activation.
   *
   * @param usual of a config that names none
   */
  static Activation of(ConfigJson config, String usual) {
    String name = config.text("activation_function", usual);
    return switch (name) {
      case "gelu" -> Activation.GELU;
      case "relu" -> Activation.RELU;
      case "silu", "swish" -> Activation.SILU;
      case "gelu_new", "gelu_fast", "gelu_pytorch_tanh" -> Activation.GELU_TANH;
      default ->
          throw config.refused(
              "its activation_function is '"
                  + Reason.quoted(name)
                  + "', not gelu, gelu_new, relu or silu");
    };
  }
}

package org.palimpsest.storage.huggingface;

import java.util.Map;
import java.util.stream.Collectors;
import org.palimpsest.model.spec.Architecture.Activation;
import org.palimpsest.storage.Reason;

/**
 * The feed-forward of T5's configs: {@code feed_forward_proj}, which {@code dense_act_fn} and
 * {@code is_gated_act} overrule, as they do in Hugging Face's class.
 */
final class T5Activations {
  static final String PROJECTION = "feed_forward_proj";
  private static final String FUNCTION = "dense_act_fn";
  private static final String GATE = "is_gated_act";
  private static final String GATED = "gated-";

  /** The function that {@code gated-gelu} has. */
  private static final String GELU_OF_GATES = "gelu_new";

  private static final Map<Activation, String> NAMES =
      Map.of(
          Activation.RELU,
          "relu",
          Activation.GELU,
          "gelu",
          Activation.GELU_TANH,
          GELU_OF_GATES,
          Activation.SILU,
          "silu",
          Activation.GATED_GELU,
          GATED + "gelu",
          Activation.GATED_RELU,
          GATED + "relu",
          Activation.GATED_SILU,
          GATED + "silu");

  private T5Activations() {}

  /** Returns the {@code feed_forward_proj} of an activation. */
  static String name(Activation activation) {
    return NAMES.get(activation);
  }

  /**
   * Reads the activation.
   *
   * @param usual {@code feed_forward_proj} of a config that has none
   */
  static Activation of(ConfigJson config, String usual) {
    String name = config.text(PROJECTION, usual);
    boolean derivedGate = name.startsWith(GATED);
    String derived = derivedGate ? name.substring(GATED.length()) : name;
    if (derived.contains("-")) {
      throw config.refused(stated(name) + ", not " + known());
    }
    String function = config.text(FUNCTION, name.equals(GATED + "gelu") ? GELU_OF_GATES : derived);
    boolean gated = config.flag(GATE, ConfigJson.Flag.of(derivedGate));
    String meant = gated && function.equals(GELU_OF_GATES) ? "gelu" : function;
    boolean exactGate = gated && function.equals("gelu");
    return NAMES.entrySet().stream()
        .filter(entry -> entry.getValue().equals(gated ? GATED + meant : meant) && !exactGate)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> config.refused(contradiction(config, name, function, gated)));
  }

  private static String known() {
    return NAMES.values().stream().sorted().collect(Collectors.joining(", "));
  }

  private static String stated(String projection) {
    return "its " + PROJECTION + " is '" + Reason.quoted(projection) + "'";
  }

  private static String contradiction(
      ConfigJson config, String projection, String function, boolean gated) {
    boolean overruled = config.has(FUNCTION) || config.has(GATE);
    String with =
        overruled
            ? " with %s '%s' and %s %s".formatted(FUNCTION, Reason.quoted(function), GATE, gated)
            : "";
    return stated(projection) + with + ", not " + known();
  }
}

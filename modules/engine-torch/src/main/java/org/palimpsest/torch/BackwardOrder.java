package org.palimpsest.torch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.spec.Architecture.Feature;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/**
 * The order in which a backward pass completes the gradients, which is that of the layout from its
 * end: what only the head has, decoder layers, encoder layers, the embedding. A first layer has
 * with it what comes before it in its stack, a last one the norm after it.
 */
final class BackwardOrder {
  private BackwardOrder() {}

  /** Whether the head has parameters of its own. */
  static boolean hasHead(ModelSpec spec) {
    return !spec.has(Feature.TIED_HEAD) || spec.has(Feature.HEAD_BIAS);
  }

  /** Consecutive parts of the gradients, which together are all of them. */
  static List<VectorPart> parts(ModelSpec spec, FlatVector gradients) {
    ParameterLayout layout = ParameterLayout.of(spec);
    List<VectorPart> parts = new ArrayList<>();
    long end = layout.size();
    for (long start : starts(layout, spec)) {
      parts.add(new VectorPart(gradients, start, end - start));
      end = start;
    }
    return parts;
  }

  private static List<Long> starts(ParameterLayout layout, ModelSpec spec) {
    List<String> prefixes = new ArrayList<>(List.of(ParameterLayout.EMBEDDING));
    addStack(prefixes, "model.encoder.", spec.encoderLayers());
    addStack(prefixes, "model.decoder.", spec.decoderLayers());
    if (hasHead(spec)) {
      prefixes.add("lm_head.");
    }
    return prefixes.stream()
        .map(prefix -> start(layout, prefix))
        .sorted(Comparator.reverseOrder())
        .toList();
  }

  private static void addStack(List<String> prefixes, String stack, int layers) {
    prefixes.add(stack);
    for (int i = 1; i < layers; i++) {
      prefixes.add(stack + "layers." + i + ".");
    }
  }

  private static long start(ParameterLayout layout, String prefix) {
    return layout.tensors().stream()
        .filter(tensor -> tensor.name().startsWith(prefix))
        .findFirst()
        .orElseThrow()
        .offset();
  }
}

package org.palimpsest.dl4j;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** What the layers of one graph share: their weights and gradients by name, and memory. */
final class Workspace {
  private final ModelSpec spec;
  private final Kernels kernels;
  private final Weights parameters;
  private final Weights gradients;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<String, Buffer> scratch = new HashMap<>();
  private int sites;

  Workspace(ModelSpec spec, Kernels kernels) {
    this.spec = spec;
    this.kernels = kernels;
    ParameterLayout layout = ParameterLayout.of(spec);
    parameters = new Weights(layout);
    gradients = new Weights(layout);
  }

  ModelSpec spec() {
    return spec;
  }

  Architecture architecture() {
    return spec.architecture();
  }

  Kernels kernels() {
    return kernels;
  }

  Weights parameters() {
    return parameters;
  }

  Weights gradients() {
    return gradients;
  }

  /** Memory of its own for something that must outlast the forward pass. */
  Buffer buffer() {
    Buffer buffer = new Buffer(kernels.type());
    buffers.add(buffer);
    return buffer;
  }

  /** Memory shared by all layers for something that is used up at once. */
  Buffer scratch(String name) {
    return scratch.computeIfAbsent(name, unused -> buffer());
  }

  /** Numbers the places where dropout acts, in the order in which the layers are built. */
  int nextSite() {
    return sites++;
  }

  int sites() {
    return sites;
  }

  void free() {
    buffers.forEach(Buffer::free);
  }
}

package org.palimpsest.dl4j.memory;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.palimpsest.dl4j.kernel.Kernels;
import org.palimpsest.model.spec.Architecture;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** The weights, gradients and buffers that the layers of one graph share. */
public final class Workspace {
  private final ModelSpec spec;
  private final Kernels kernels;
  private final Weights parameters;
  private final Weights gradients;
  private final List<Buffer> buffers = new ArrayList<>();
  private final Map<String, Buffer> scratch = new HashMap<>();
  private int sites;

  public Workspace(ModelSpec spec, Kernels kernels) {
    this.spec = spec;
    this.kernels = kernels;
    ParameterLayout layout = ParameterLayout.of(spec);
    parameters = new Weights(layout);
    gradients = new Weights(layout);
  }

  public ModelSpec spec() {
    return spec;
  }

  public Architecture architecture() {
    return spec.architecture();
  }

  public Kernels kernels() {
    return kernels;
  }

  public Weights parameters() {
    return parameters;
  }

  public Weights gradients() {
    return gradients;
  }

  /** A new buffer for a matrix that outlives the forward pass. */
  public Buffer buffer() {
    Buffer buffer = new Buffer(kernels.type());
    buffers.add(buffer);
    return buffer;
  }

  /** A shared buffer of that name for a matrix that is used immediately. */
  public Buffer scratch(String name) {
    return scratch.computeIfAbsent(name, unused -> buffer());
  }

  /** The number of the next dropout site, in the order in which the layers are built. */
  public int nextSite() {
    return sites++;
  }

  public int sites() {
    return sites;
  }

  public void free() {
    buffers.forEach(Buffer::free);
  }
}

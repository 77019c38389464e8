package org.palimpsest.torch;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.ParameterLayout;

/** What the layers of one replica are built from: its weights, their gradients, and memory. */
final class Workspace implements AutoCloseable {
  private final ModelSpec spec;
  private final TensorOptions options;
  private final NativeHold hold = new NativeHold();
  private final Weights parameters;
  private final Weights gradients;
  private final Map<String, Buffer> scratch = new HashMap<>();
  private Tensor ones;
  private int sites;

  /** Over flat vectors of the layout's length, in any floating-point type, on any device. */
  Workspace(ModelSpec spec, Tensor parameters, Tensor gradients) {
    this.spec = spec;
    ParameterLayout layout = ParameterLayout.of(spec);
    this.options = hold.hold(parameters.options());
    this.parameters = new Weights(layout, parameters);
    this.gradients = new Weights(layout, gradients);
    this.ones = hold.hold(torch.ones(new long[] {1024}, options));
  }

  ModelSpec spec() {
    return spec;
  }

  TensorOptions options() {
    return options;
  }

  Tensor parameter(String name) {
    return hold.hold(parameters.of(name));
  }

  Tensor gradient(String name) {
    return hold.hold(gradients.of(name));
  }

  /** The affine map of that name. */
  Linear linear(String name) {
    return joined(name, Math.toIntExact(parameters.of(name + ".bias").size(0)));
  }

  /** Affine maps that lie side by side, as one of {@code rows} outputs; named after the first. */
  Linear joined(String first, int rows) {
    return new Linear(
        this,
        hold.hold(parameters.joined(first + ".weight", rows)),
        hold.hold(parameters.joined(first + ".bias", rows)),
        hold.hold(gradients.joined(first + ".weight", rows)),
        hold.hold(gradients.joined(first + ".bias", rows)));
  }

  <T extends org.bytedeco.javacpp.Pointer> T hold(T pointer) {
    return hold.hold(pointer);
  }

  /** Memory of its own for something that must outlast the forward pass. */
  Buffer buffer() {
    return new Buffer(hold, options);
  }

  /** Memory shared by all layers for something that is used up at once. */
  Buffer scratch(String name) {
    return scratch.computeIfAbsent(name, unused -> buffer());
  }

  /** A vector of ones: a product with it adds up rows. */
  Tensor ones(long rows) {
    if (ones.size(0) < rows) {
      hold.release(ones);
      ones = hold.hold(torch.full(new long[] {2 * rows}, new Scalar(1.0), options));
    }
    return ones.narrow(0, 0, rows);
  }

  /** Numbers the places where dropout acts, in the order in which the layers are built. */
  int nextSite() {
    return sites++;
  }

  /** Brings indices to the device. */
  Tensor indices(long[] values) {
    return Tensor.create(values).to(options.device(), torch.ScalarType.Long);
  }

  /** Brings numbers to the device, in the parameters' type. */
  Tensor numbers(float[] values) {
    return Tensor.create(values).to(options.device(), ones.scalar_type());
  }

  @Override
  public void close() {
    hold.close();
  }
}

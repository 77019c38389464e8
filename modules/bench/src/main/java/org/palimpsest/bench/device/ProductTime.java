package org.palimpsest.bench.device;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.bench.engine.Product;
import org.palimpsest.bench.engine.Setting;
import org.palimpsest.model.Device;
import org.palimpsest.model.Precision;

/**
 * The time of one kind of matrix product of a step, measured alone.
 *
 * @param shape rows x inner x columns
 * @param times how often a forward pass computes it
 * @param seconds of all of them, forward and backward
 * @param teraflops reached
 */
record ProductTime(String setting, String shape, int times, double seconds, double teraflops) {
  private static final int MOST = 10;
  private static final int LARGEST_GROUP = 256;

  /** The most expensive products of a setting, the slowest first. */
  @SuppressWarnings("try") // the body uses a pointer scope only by its being open
  static List<ProductTime> of(Device device, Setting setting, Precision precision) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Product> shapes = new LinkedHashMap<>();
      Product.of(setting).forEach(each -> shapes.merge(shape(each), each, ProductTime::joined));
      return shapes.values().stream()
          .map(product -> of(device, setting.name(), product, precision))
          .sorted(Comparator.comparingDouble(ProductTime::seconds).reversed())
          .limit(MOST)
          .toList();
    }
  }

  /** Products of attention, of which there are many, are computed in groups. */
  @SuppressWarnings("try") // the body uses a pointer scope only by its being open
  private static ProductTime of(
      Device device, String setting, Product product, Precision precision) {
    long group = Math.min(product.times(), LARGEST_GROUP);
    boolean grouped = product.times() > LARGEST_GROUP;
    try (PointerScope scope = new PointerScope()) {
      Tensor a = ones(device, precision, grouped ? group : 1, product.rows(), product.inner());
      Tensor b = ones(device, precision, grouped ? group : 1, product.inner(), product.columns());
      torch.bmm(a, b);
      double each = DeviceFacts.fastest(() -> torch.bmm(a, b)) / a.size(0);
      double seconds = 3 * each * product.times();
      return new ProductTime(
          setting, shape(product), product.times(), seconds, product.operations() / seconds / 1e12);
    }
  }

  private static String shape(Product product) {
    return product.rows() + " x " + product.inner() + " x " + product.columns();
  }

  private static Product joined(Product one, Product other) {
    return new Product(one.rows(), one.inner(), one.columns(), one.times() + other.times());
  }

  private static Tensor ones(Device device, Precision precision, long... shape) {
    TensorOptions where = new TensorOptions(new org.bytedeco.pytorch.Device(device.toString()));
    return torch.ones(shape, where).to(DeviceFacts.type(precision));
  }
}

package org.palimpsest.training.workload;

import com.esotericsoftware.kryo.Kryo;
import java.util.Comparator;
import java.util.List;
import org.palimpsest.base.Services;

/**
 * Types that a module sends through Spark as data. {@code TrainingKryoRegistrator} registers the
 * types of all implementations that {@link Services} finds.
 */
public interface KryoTypes {
  /** Registers the types, always in the same order. */
  void register(Kryo kryo);

  /**
   * Class names of registrators that {@code spark.kryo.registrator} must name for this module,
   * besides that of training.
   */
  default List<String> registrators() {
    return List.of();
  }

  /** All implementations in the order of their class names, so that driver and executors agree. */
  static List<KryoTypes> all() {
    return Services.all(KryoTypes.class).stream()
        .sorted(Comparator.comparing(types -> types.getClass().getName()))
        .toList();
  }
}

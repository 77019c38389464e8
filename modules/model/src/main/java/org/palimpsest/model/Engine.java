package org.palimpsest.model;

import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.base.Services;
import org.palimpsest.model.spec.ModelSpec;

/** Creates replicas. Found with {@link java.util.ServiceLoader}. */
public interface Engine {
  /** The name in configurations: {@code torch}, {@code dl4j}. */
  String name();

  /**
   * Loads native libraries, which is slow at first use on a machine, and checks the device.
   *
   * @throws PalimpsestException if this engine cannot compute on the device
   */
  default void load(Device device) {}

  /** {@code auto} selects the engine with the lowest rank. */
  default int rank() {
    return 0;
  }

  /** Whether this engine computes in a precision on a device, without emulation. */
  default boolean supports(Device device, Precision precision) {
    return precision == Precision.FP32;
  }

  /** Creates a replica with initial parameters; see {@link ReplicaOptions}. */
  Replica createReplica(ModelSpec spec, ReplicaOptions options);

  /**
   * The engine of that name; {@code auto} is the engine with the lowest rank.
   *
   * @throws PalimpsestException of kind CONFIGURATION that lists the available engines
   */
  static Engine named(String name) {
    List<Engine> engines =
        Services.all(Engine.class).stream().sorted(Comparator.comparingInt(Engine::rank)).toList();
    return engines.stream()
        .filter(engine -> name.equals("auto") || engine.name().equals(name))
        .findFirst()
        .orElseThrow(() -> unknown(name, engines));
  }

  private static PalimpsestException unknown(String name, List<Engine> engines) {
    String known = engines.stream().map(Engine::name).collect(Collectors.joining(", "));
    return PalimpsestException.configuration(
        "There is no engine '"
            + name
            + "' on the class path; set engine to auto or one of: "
            + (known.isEmpty() ? "(none found: add palimpsest-engine-torch)" : known)
            + ".");
  }
}

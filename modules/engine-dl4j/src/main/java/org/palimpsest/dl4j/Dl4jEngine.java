package org.palimpsest.dl4j;

import org.palimpsest.base.PalimpsestException;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.spec.ModelSpec;
import org.palimpsest.model.spec.ParameterLayout;

/** The engine on Deeplearning4j and ND4J, in fp32 on the CPU. */
public final class Dl4jEngine implements Engine {
  @Override
  public String name() {
    return "dl4j";
  }

  /** After the engine torch, which is faster. */
  @Override
  public int rank() {
    return 1;
  }

  /**
   * {@inheritDoc}
   *
   * @throws PalimpsestException of kind CONFIGURATION when this engine does not support the device
   *     or the numerics, or when the class path has no ND4J backend or several; of kind CLUSTER
   *     when the replica does not fit in the memory outside the heap
   */
  @Override
  public Replica createReplica(ModelSpec spec, ReplicaOptions options) {
    Backend.require(options.device());
    refuseOther(options.numerics());
    Backend backend = Backend.loaded();
    ParameterLayout layout = ParameterLayout.of(spec);
    long state = options.optimizer().stateSize(layout);
    Backend.requireRoom(1, 2 * layout.size() + state, Backend.limit());
    backend.useThreads(options.threads());
    return new Dl4jReplica(backend, spec, options);
  }

  private static void refuseOther(Numerics numerics) {
    if (numerics.precision() != Precision.FP32) {
      throw PalimpsestException.configuration(
          "The engine dl4j computes in fp32 only: set training.precision = fp32, or engine ="
              + " torch.");
    }
    if (numerics.activations() != Numerics.Activations.KEPT) {
      throw PalimpsestException.configuration(
          "The engine dl4j keeps all activations: set training.activation-checkpointing = false, or"
              + " engine = torch.");
    }
  }
}

package org.palimpsest.torch;

import org.palimpsest.model.Architecture;
import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.Numerics;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.objective.PalimpsestException;

/** The engine on LibTorch. */
public final class TorchEngine implements Engine {
  @Override
  public String name() {
    return "torch";
  }

  @Override
  public void load(Device device) {
    Natives.loaded().require(device);
  }

  /**
   * {@inheritDoc}
   *
   * @throws org.palimpsest.objective.PalimpsestException of kind CONFIGURATION when the device is
   *     one that this LibTorch or this machine does not have
   */
  @Override
  public Replica createReplica(ModelSpec spec, ReplicaOptions options) {
    refuseOther(spec, options);
    Natives natives = Natives.loaded();
    natives.require(options.device());
    natives.useThreads(options.threads());
    return new TorchReplica(natives, spec, options);
  }

  private static void refuseOther(ModelSpec spec, ReplicaOptions options) {
    if (!spec.architecture().equals(Architecture.BART)) {
      throw PalimpsestException.configuration(
          "The engine torch computes BART's architecture only: set model.preset to one of BART's.");
    }
    if (!options.numerics().equals(Numerics.PLAIN)) {
      throw PalimpsestException.configuration(
          "The engine torch computes plain cross-entropy in fp32 only: leave training.precision,"
              + " label-smoothing, z-loss and activation-checkpointing at their defaults.");
    }
  }
}

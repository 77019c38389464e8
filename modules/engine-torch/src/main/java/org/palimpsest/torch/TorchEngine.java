package org.palimpsest.torch;

import org.palimpsest.model.Engine;
import org.palimpsest.model.ModelSpec;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;

/** The engine on LibTorch. */
public final class TorchEngine implements Engine {
  @Override
  public String name() {
    return "torch";
  }

  /**
   * {@inheritDoc}
   *
   * @throws org.palimpsest.objective.PalimpsestException of kind CONFIGURATION when the device is
   *     one that this LibTorch or this machine does not have
   */
  @Override
  public Replica createReplica(ModelSpec spec, ReplicaOptions options) {
    Natives natives = Natives.loaded();
    natives.require(options.device());
    natives.useThreads(options.threads());
    return new TorchReplica(natives, spec, options);
  }
}

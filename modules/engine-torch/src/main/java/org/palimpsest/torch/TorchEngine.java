package org.palimpsest.torch;

import org.palimpsest.model.Device;
import org.palimpsest.model.Engine;
import org.palimpsest.model.Precision;
import org.palimpsest.model.Replica;
import org.palimpsest.model.ReplicaOptions;
import org.palimpsest.model.spec.ModelSpec;

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

  @Override
  public boolean supports(Device device, Precision precision) {
    return switch (precision) {
      case FP32 -> true;
      case TF32 -> device.isCuda();
      case BF16 -> Natives.hasBf16(device);
    };
  }

  /**
   * {@inheritDoc}
   *
   * @throws org.palimpsest.base.PalimpsestException of kind CONFIGURATION when this LibTorch or
   *     this machine does not have the device, or the device does not support the precision
   */
  @Override
  public Replica createReplica(ModelSpec spec, ReplicaOptions options) {
    Natives natives = Natives.loaded();
    natives.require(options.device());
    Natives.requireNumerics(options.device(), options.numerics());
    natives.use(options);
    return new TorchReplica(natives, spec, options);
  }
}

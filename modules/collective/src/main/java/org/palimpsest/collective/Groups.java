package org.palimpsest.collective;

import java.time.Duration;
import java.util.Optional;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.global.torch_nccl;
import org.bytedeco.pytorch.nccl.ProcessGroupNCCL;
import org.palimpsest.model.FlatVector;

/** Makes the process groups of c10d. */
@SuppressWarnings("try") // the body uses a pointer scope only by its being open
final class Groups {
  /** LibTorch ends the process after its own limit: ours, which aborts, must be over before. */
  private static final Duration LONGER = Duration.ofMinutes(10);

  private Groups() {}

  /**
   * The group of all ranks over TCP.
   *
   * @param store in which the ranks find each other
   * @param host address of this machine
   */
  static ProcessGroupGloo gloo(RunStore run, Store store, String host, Duration allowed) {
    try (PointerScope scope = new PointerScope()) {
      Milliseconds timeout = new Milliseconds(allowed.toMillis());
      ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create(timeout);
      options.threads(1);
      options.devices(new GlooDeviceVector(ProcessGroupGloo.createDeviceForHostname(host)));
      ProcessGroupGloo group = new ProcessGroupGloo(store, run.rank(), run.size(), options);
      group.retainReference();
      return group;
    } catch (RuntimeException e) {
      throw Failures.failed(
          "Rank "
              + run.rank()
              + " cannot connect to all other replicas from "
              + host
              + ": one of them has ended, or the network between the executors blocks their ports;"
              + " see the executors' logs.",
          e);
    }
  }

  /** Makes the group for vectors of devices. */
  interface Devices {
    DeviceGroup group(RunStore run, Duration allowed);
  }

  /** The group that the settings ask for; empty if vectors of devices go through the host. */
  static Optional<Devices> devices(Sockets sockets) {
    return sockets.gpus() == Sockets.Gpus.NCCL ? Optional.of(Groups::nccl) : Optional.empty();
  }

  /**
   * The group of all ranks whose vectors are on GPUs.
   *
   * @throws org.palimpsest.base.PalimpsestException of kind CLUSTER or CONFIGURATION if NCCL does
   *     not load or its environment is not set
   */
  static DeviceGroup nccl(RunStore run, Duration allowed) {
    NcclFault.requireCalm(System.getenv());
    loadNccl();
    RunStore own = run.again(Deadline.in(allowed));
    try (PointerScope scope = new PointerScope()) {
      ProcessGroupNCCL.Options options = ProcessGroupNCCL.Options.create();
      options.timeout(new Milliseconds(allowed.plus(LONGER).toMillis()));
      ProcessGroupNCCL group =
          new ProcessGroupNCCL(own.part("nccl"), run.rank(), run.size(), options);
      group.retainReference();
      return DeviceGroup.of(group, Groups::isOnGpu, group::abort, own::close);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  /** Loads NCCL and its binding. */
  static void loadNccl() {
    try {
      Loader.load(torch_nccl.class);
    } catch (LinkageError | TypeNotPresentException e) {
      throw NcclFault.unloadable(e);
    }
  }

  private static boolean isOnGpu(FlatVector vector) {
    return vector.device().isCuda() && vector.address() != 0;
  }
}

package org.palimpsest.collective;

import java.lang.ref.Reference;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.C10dCollective.Call;
import org.palimpsest.model.FlatVector;

/**
 * Vectors of devices in a collective. The group of devices is made at the first vector on one, so
 * that a run has one communicator. After an error it is aborted: a GPU that waits for a rank that
 * is gone would wait forever.
 */
final class DeviceSums implements AutoCloseable {
  private static final long PAUSE_NS = 20_000;

  private final int rank;
  private final Optional<Supplier<DeviceGroup>> groups;
  private final Supplier<List<Integer>> missing;
  private DeviceGroup group;

  /**
   * Vectors of one rank.
   *
   * @param groups makes the group; empty if vectors of devices go through the host
   * @param missing ranks that have not reached the present call
   */
  DeviceSums(int rank, Optional<Supplier<DeviceGroup>> groups, Supplier<List<Integer>> missing) {
    this.rank = rank;
    this.groups = groups;
    this.missing = missing;
  }

  /** Sums the vector if it is on a device, and tells whether it was. */
  boolean sum(FlatVector vector, Call call) {
    return run(List.of(vector), call, taker -> taker.sum(vector));
  }

  /** Broadcasts the vector if it is on a device, and tells whether it was. */
  boolean broadcast(FlatVector vector, int root, Call call) {
    return run(List.of(vector), call, taker -> taker.broadcast(vector, root));
  }

  /** Exchanges pieces of vectors if these are on a device, and tells whether they were. */
  boolean allToAll(FlatVector outgoing, FlatVector incoming, Call call) {
    return run(List.of(outgoing, incoming), call, taker -> taker.allToAll(outgoing, incoming));
  }

  /** Gathers vectors if these are on a device, and tells whether they were. */
  boolean allGather(FlatVector own, FlatVector all, Call call) {
    return run(List.of(own, all), call, taker -> taker.allGather(own, all));
  }

  private boolean run(
      List<FlatVector> vectors, Call call, Function<DeviceGroup, DeviceGroup.Running> start) {
    if (groups.isEmpty() || vectors.get(0).size() == 0) {
      return false;
    }
    if (group == null) {
      group = groups.get().get();
    }
    if (!vectors.stream().allMatch(group::takes)) {
      return false;
    }
    try {
      DeviceGroup.Running running = start.apply(group);
      await(running, call);
      running.finish();
      return true;
    } catch (PalimpsestException e) {
      throw e;
    } catch (RuntimeException e) {
      group.abort();
      throw call.deadline().isOver()
          ? Failures.late(call, missing.get(), e)
          : NcclFault.of(rank, call, missing.get(), e);
    } finally {
      Reference.reachabilityFence(vectors); // The backend has only its address.
    }
  }

  private void await(DeviceGroup.Running running, Call call) {
    while (!running.isEnded()) {
      if (call.deadline().isOver()) {
        group.abort();
        throw Failures.late(call, missing.get(), null);
      }
      if (Thread.currentThread().isInterrupted()) {
        group.abort();
        throw Failures.stopped(rank, call);
      }
      LockSupport.parkNanos(PAUSE_NS);
    }
  }

  @Override
  public void close() {
    if (group != null) {
      group.close();
    }
  }
}

package org.palimpsest.collective;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.palimpsest.base.PalimpsestException;
import org.palimpsest.collective.C10dCollective.Call;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.VectorPart;

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
  private final List<DeviceGroup.Running> begun = new ArrayList<>();
  private DeviceGroup group;
  private long elementsBegun;

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

  /**
   * Begins the sum of a part if it is on a device for which there is a group. All ranks made the
   * group in the same call, so they decide alike.
   */
  void begin(VectorPart part, Call call) {
    if (group != null && part.size() > 0 && group.takes(part)) {
      begun.add(checked(() -> group.sum(part), call));
      elementsBegun += part.size();
    }
  }

  /**
   * Sums the vector if it is on a device, and tells whether it was.
   *
   * @throws IllegalStateException if some of its parts were begun, but not all
   */
  boolean sum(FlatVector vector, Call call) {
    if (begun.isEmpty()) {
      return run(List.of(vector), call, () -> group.sum(vector));
    }
    if (elementsBegun != vector.size()) {
      throw new IllegalStateException(
          "sums of " + elementsBegun + " elements were begun, of a vector of " + vector.size());
    }
    return run(List.of(vector), call, this::allBegun);
  }

  /** The sums that were begun, as one. */
  private DeviceGroup.Running allBegun() {
    return new DeviceGroup.Running() {
      @Override
      public boolean isEnded() {
        return begun.stream().allMatch(DeviceGroup.Running::isEnded);
      }

      @Override
      public void finish() {
        begun.forEach(DeviceGroup.Running::finish);
      }

      @Override
      public void close() {
        begun.forEach(DeviceGroup.Running::close);
        begun.clear();
        elementsBegun = 0;
      }
    };
  }

  /** Broadcasts the vector if it is on a device, and tells whether it was. */
  boolean broadcast(FlatVector vector, int root, Call call) {
    return run(List.of(vector), call, () -> group.broadcast(vector, root));
  }

  /** Exchanges pieces of vectors if these are on a device, and tells whether they were. */
  boolean allToAll(FlatVector outgoing, FlatVector incoming, Call call) {
    return run(List.of(outgoing, incoming), call, () -> group.allToAll(outgoing, incoming));
  }

  /** Gathers vectors if these are on a device, and tells whether they were. */
  boolean allGather(FlatVector own, FlatVector all, Call call) {
    return run(List.of(own, all), call, () -> group.allGather(own, all));
  }

  private boolean run(List<FlatVector> vectors, Call call, Supplier<DeviceGroup.Running> start) {
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
      return checked(
          () -> {
            try (DeviceGroup.Running running = start.get()) {
              await(running, call);
              running.finish();
              return true;
            }
          },
          call);
    } finally {
      Reference.reachabilityFence(vectors); // The backend has only its address.
    }
  }

  /** Aborts the group after an error, which it explains. */
  private <T> T checked(Supplier<T> work, Call call) {
    try {
      return work.get();
    } catch (PalimpsestException e) {
      throw e;
    } catch (RuntimeException e) {
      group.abort();
      throw call.deadline().isOver()
          ? Failures.late(call, missing.get(), e)
          : NcclFault.of(rank, call, missing.get(), e);
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

  /** Ends sums that no call waits for: their memory is freed next. */
  @Override
  public void close() {
    if (!begun.isEmpty()) {
      group.abort();
      allBegun().close();
    }
    if (group != null) {
      group.close();
    }
  }
}

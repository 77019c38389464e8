package org.palimpsest.collective;

import java.util.function.Predicate;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.AllToAllOptions;
import org.bytedeco.pytorch.AllgatherOptions;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.FlatVector;

/**
 * Operations of all ranks on whole vectors where they are, without a copy to the host. The
 * operations of a GPU, with NCCL, and their twin on a CPU, with Gloo, differ only in the backend.
 */
interface DeviceGroup extends AutoCloseable {
  /** Whether a vector is where this group computes. */
  boolean takes(FlatVector vector);

  /** Begins to replace the vector by the sum over all ranks. */
  Running sum(FlatVector vector);

  /** Begins to replace the vector by that of the root. */
  Running broadcast(FlatVector vector, int root);

  /** Begins to send equal pieces of one vector to all ranks, and theirs into the other one. */
  Running allToAll(FlatVector outgoing, FlatVector incoming);

  /** Begins to send a vector to all ranks, and theirs into one that holds all. */
  Running allGather(FlatVector own, FlatVector all);

  /** Ends operations under way with an error; none can begin later. */
  void abort();

  @Override
  void close();

  /** An operation under way; closed before its group. */
  interface Running extends AutoCloseable {
    /** Whether it has ended, in success or not, and leaves the memory alone. */
    boolean isEnded();

    /** Makes later work of this thread wait for the result, and reports a failure. */
    void finish();

    @Override
    void close();
  }

  /**
   * The group of a backend of c10d.
   *
   * @param takes whether a vector is in memory of the backend
   * @param abort ends operations under way
   * @param close frees what the backend used
   */
  static DeviceGroup of(
      Backend backend, Predicate<FlatVector> takes, Runnable abort, Runnable close) {
    return new OfBackend(backend, takes, abort, close);
  }

  /** The group of a backend. */
  record OfBackend(
      Backend backend, Predicate<FlatVector> vectors, Runnable aborter, Runnable closer)
      implements DeviceGroup {
    @Override
    public boolean takes(FlatVector vector) {
      return vectors.test(vector);
    }

    @Override
    public Running sum(FlatVector vector) {
      TensorVector tensors = new TensorVector(whole(vector));
      return new OfWork(backend.allreduce(tensors, new AllreduceOptions()));
    }

    @Override
    public Running broadcast(FlatVector vector, int root) {
      TensorVector tensors = new TensorVector(whole(vector));
      return new OfWork(backend.broadcast(tensors, new BroadcastOptions().rootRank(root)));
    }

    @Override
    public Running allToAll(FlatVector outgoing, FlatVector incoming) {
      LongVector equally = new LongVector();
      return new OfWork(
          backend.alltoall_base(
              whole(incoming), whole(outgoing), equally, equally, new AllToAllOptions()));
    }

    @Override
    public Running allGather(FlatVector own, FlatVector all) {
      return new OfWork(backend._allgather_base(whole(all), whole(own), new AllgatherOptions()));
    }

    private static Tensor whole(FlatVector vector) {
      TensorOptions options = new TensorOptions(torch.ScalarType.Float);
      org.bytedeco.pytorch.Device device =
          new org.bytedeco.pytorch.Device(vector.device().toString());
      return torch.from_blob(
          new At(vector.address()),
          new long[] {vector.size()},
          options.device(new DeviceOptional(device)));
    }

    @Override
    public void abort() {
      aborter.run();
    }

    @Override
    public void close() {
      backend.close();
      closer.run();
    }
  }

  /** A work of c10d, which no scope frees before it is closed. */
  record OfWork(Work work) implements Running {
    public OfWork {
      work.<Pointer>retainReference();
    }

    @Override
    public boolean isEnded() {
      return work.isCompleted();
    }

    @Override
    public void finish() {
      work._wait();
    }

    @Override
    public void close() {
      work.releaseReference();
    }
  }

  /** A pointer to memory with another owner. */
  final class At extends FloatPointer {
    At(long address) {
      super((Pointer) null);
      this.address = address;
    }
  }
}

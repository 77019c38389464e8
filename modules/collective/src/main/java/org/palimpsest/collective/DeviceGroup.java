package org.palimpsest.collective;

import java.util.function.Predicate;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.AllreduceOptions;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.DeviceOptional;
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

  /** Ends operations under way with an error; none can begin later. */
  void abort();

  @Override
  void close();

  /** An operation under way. */
  interface Running {
    /** Whether it has ended, in success or not, and leaves the memory alone. */
    boolean isEnded();

    /** Makes later work of this thread wait for the result, and reports a failure. */
    void finish();
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
      return new OfWork(backend.allreduce(whole(vector), new AllreduceOptions()));
    }

    @Override
    public Running broadcast(FlatVector vector, int root) {
      return new OfWork(backend.broadcast(whole(vector), new BroadcastOptions().rootRank(root)));
    }

    private static TensorVector whole(FlatVector vector) {
      TensorOptions options = new TensorOptions(torch.ScalarType.Float);
      org.bytedeco.pytorch.Device device =
          new org.bytedeco.pytorch.Device(vector.device().toString());
      Tensor tensor =
          torch.from_blob(
              new At(vector.address()),
              new long[] {vector.size()},
              options.device(new DeviceOptional(device)));
      return new TensorVector(tensor);
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

  /** A work of c10d. */
  record OfWork(Work work) implements Running {
    @Override
    public boolean isEnded() {
      return work.isCompleted();
    }

    @Override
    public void finish() {
      work._wait();
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

package org.palimpsest.torch.memory;

import java.util.Objects;
import java.util.Optional;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Device;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.VectorMath;

/** A flat fp32 tensor as a vector. */
public final class TorchVector implements OwnedVector {
  private final Tensor tensor;
  private final Device device;
  private final Transfers transfers;
  private final Optional<VectorMath> math;
  private final long size;
  private long changes;

  /** A vector whose reads and writes are counted in {@code transfers}. */
  public TorchVector(Tensor tensor, Device device, Transfers transfers) {
    this(tensor, device, transfers, Optional.empty());
  }

  /**
   * The same with arithmetic.
   *
   * @param math of this vector's device, if others use it
   */
  public TorchVector(Tensor tensor, Device device, Transfers transfers, Optional<VectorMath> math) {
    this.tensor = tensor;
    this.device = device;
    this.transfers = transfers;
    this.math = math;
    this.size = tensor.numel();
  }

  /** A vector of zeros that no scope frees. */
  public static TorchVector zeros(
      long size, Device device, Transfers transfers, Optional<VectorMath> math) {
    return transfers
        .queue()
        .scoped(
            () -> {
              TensorOptions where =
                  new TensorOptions(new org.bytedeco.pytorch.Device(device.toString()));
              Tensor tensor = torch.zeros(new long[] {size}, where);
              tensor.<Pointer>retainReference();
              return new TorchVector(tensor, device, transfers, math);
            });
  }

  /**
   * Changes so far, by this vector's methods; whoever asks for the address may change it too. What
   * was computed from the elements is valid while this number stays the same.
   */
  public long changes() {
    return changes;
  }

  /** Tells that the tensor was changed directly. */
  public void changed() {
    changes++;
  }

  public Tensor tensor() {
    return tensor;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public void read(long from, float[] into, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, into.length);
    check(from, count);
    transfers.queue().run(() -> transfers.read(tensor, from, into, offset, count));
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, values.length);
    check(from, count);
    changes++;
    transfers.queue().run(() -> transfers.write(tensor, from, values, offset, count));
  }

  private void check(long from, int count) {
    if (from < 0 || count < 0 || from + count > size) {
      throw new IndexOutOfBoundsException(
          "elements " + from + " to " + (from + count) + " of a vector of " + size);
    }
  }

  @Override
  public void scale(double factor) {
    changes++;
    transfers
        .queue()
        .run(
            () -> {
              tensor.mul_(new Scalar(factor));
            });
  }

  @Override
  public long address() {
    changes++;
    transfers.queue().share();
    return NativeScope.in(() -> size == 0 ? 0 : Transfers.address(tensor));
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Optional<VectorMath> math() {
    return math;
  }

  /** Frees the tensor, if no scope does. */
  @Override
  public void close() {
    tensor.releaseReference();
  }
}

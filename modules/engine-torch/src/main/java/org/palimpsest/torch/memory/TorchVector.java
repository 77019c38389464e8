package org.palimpsest.torch.memory;

import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.Device;
import org.palimpsest.model.FlatVector;

/** A flat fp32 tensor as a {@link FlatVector}. */
public final class TorchVector implements FlatVector {
  private final Tensor tensor;
  private final Device device;
  private final Transfers transfers;
  private final long size;
  private long changes;

  /** A vector whose reads and writes are counted in {@code transfers}. */
  public TorchVector(Tensor tensor, Device device, Transfers transfers) {
    this.tensor = tensor;
    this.device = device;
    this.transfers = transfers;
    this.size = tensor.numel();
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
}

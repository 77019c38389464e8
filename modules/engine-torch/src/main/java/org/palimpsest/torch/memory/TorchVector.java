package org.palimpsest.torch.memory;

import java.util.Arrays;
import java.util.Objects;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Device;
import org.palimpsest.model.FlatVector;

/** A flat fp32 tensor as a {@link FlatVector}. */
public final class TorchVector implements FlatVector {
  private final Tensor tensor;
  private final Device device;
  private final long size;

  public TorchVector(Tensor tensor, Device device) {
    this.tensor = tensor;
    this.device = device;
    this.size = tensor.numel();
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
    NativeScope.run(
        () -> {
          if (device.isCuda()) {
            data(tensor.narrow(0, from, count).cpu()).get(into, offset, count);
          } else if (count > 0) {
            data(tensor).position(from).get(into, offset, count);
          }
        });
  }

  @Override
  public void write(long from, float[] values, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, values.length);
    check(from, count);
    NativeScope.run(
        () -> {
          if (device.isCuda()) {
            Tensor piece = tensor.narrow(0, from, count);
            Tensor staged = piece.cpu();
            data(staged).put(values, offset, count);
            piece.copy_(staged);
          } else if (count > 0) {
            data(tensor).position(from).put(values, offset, count);
          }
        });
  }

  private void check(long from, int count) {
    if (from < 0 || count < 0 || from + count > size) {
      throw new IndexOutOfBoundsException(
          "elements " + from + " to " + (from + count) + " of a vector of " + size);
    }
  }

  /** Copies floats, given as bits, to a contiguous tensor of any type on any device. */
  public static void storeBits(Tensor into, int[] bits, int count) {
    if (into.is_cuda() || into.scalar_type().intern() != torch.ScalarType.Float) {
      Tensor staged = Tensor.create(Arrays.copyOf(bits, count)).view(torch.ScalarType.Float);
      into.view(-1).copy_(staged);
    } else if (count > 0) {
      new IntPointer(into.data_ptr()).put(bits, 0, count);
    }
  }

  /** The elements of a tensor of any type on any device, in double precision. */
  public static double[] doubles(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.numel())];
    tensor.cpu().to(torch.ScalarType.Double).contiguous().data_ptr_double().get(values);
    return values;
  }

  /** The elements of a tensor of 64-bit integers on any device. */
  public static long[] longs(Tensor tensor) {
    long[] values = new long[Math.toIntExact(tensor.numel())];
    tensor.cpu().contiguous().data_ptr_long().get(values);
    return values;
  }

  private static FloatPointer data(Tensor tensor) {
    return tensor.data_ptr_float();
  }

  @Override
  public void scale(double factor) {
    NativeScope.run(
        () -> {
          tensor.mul_(new Scalar(factor));
        });
  }

  @Override
  public long address() {
    return NativeScope.in(
        () -> {
          return size == 0 ? 0 : tensor.data_ptr().address();
        });
  }

  @Override
  public Device device() {
    return device;
  }
}

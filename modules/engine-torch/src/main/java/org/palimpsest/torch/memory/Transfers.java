package org.palimpsest.torch.memory;

import java.util.Arrays;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * The only way between the heap and the tensors of a replica. It counts: on a GPU, a read waits for
 * all work queued before it, and an upload crosses the bus. A test of the architecture refuses
 * reads elsewhere.
 */
public final class Transfers implements AutoCloseable {
  private final Staging staging;
  private final DeviceQueue queue;
  private long reads;
  private long uploads;
  private long uploadedBytes;

  /** Copies directly, also to a GPU: for a few numbers. */
  public Transfers() {
    this(null, new HostOrder());
  }

  /**
   * Copies through memory of the host.
   *
   * @param staging that memory; null to copy directly
   * @param queue the order of copies and computation, closed with these transfers
   */
  Transfers(Staging staging, DeviceQueue queue) {
    this.staging = staging;
    this.queue = queue;
  }

  /** Uploads in that way, in the order of a replica of its own. */
  public static Transfers of(Execution.Uploads uploads, org.palimpsest.model.Device device) {
    return new Transfers(
        uploads == Execution.Uploads.STAGED ? new Staging(device) : null, DeviceQueue.of(device));
  }

  /** The order of the replica's work; reads wait for what was computed in it. */
  public DeviceQueue queue() {
    return queue;
  }

  /** Number of reads so far. */
  public long reads() {
    return reads;
  }

  /** Number of uploads so far. */
  public long uploads() {
    return uploads;
  }

  /** Bytes of all uploads so far. */
  public long uploadedBytes() {
    return uploadedBytes;
  }

  /** Allocations of memory of the host for uploads so far. */
  public long stagingAllocations() {
    return staging == null ? 0 : staging.allocations();
  }

  /** Counts a read, after which no upload is under way; a read of nothing waits for nothing. */
  private void ended(int numbers) {
    reads++;
    if (staging != null && numbers > 0) {
      staging.ended();
    }
  }

  /** Reads a tensor of any floating-point type on any device. */
  public double[] doubles(Tensor tensor) {
    double[] values = new double[Math.toIntExact(tensor.numel())];
    tensor.cpu().to(torch.ScalarType.Double).contiguous().data_ptr_double().get(values);
    ended(values.length);
    return values;
  }

  /** Reads a tensor of 64-bit integers on any device. */
  public long[] longs(Tensor tensor) {
    long[] values = new long[Math.toIntExact(tensor.numel())];
    tensor.cpu().contiguous().data_ptr_long().get(values);
    ended(values.length);
    return values;
  }

  /** Reads a piece of a flat fp32 tensor. */
  void read(Tensor flat, long from, float[] into, int offset, int count) {
    if (flat.is_cuda()) {
      flat.narrow(0, from, count).cpu().data_ptr_float().get(into, offset, count);
    } else if (count > 0) {
      flat.data_ptr_float().position(from).get(into, offset, count);
    }
    ended(count);
  }

  /** Overwrites a piece of a flat fp32 tensor. */
  void write(Tensor flat, long from, float[] values, int offset, int count) {
    count(Float.BYTES * (long) count);
    if (flat.is_cuda()) {
      float[] piece = Arrays.copyOfRange(values, offset, offset + count);
      flat.narrow(0, from, count).copy_(Tensor.create(piece));
    } else if (count > 0) {
      flat.data_ptr_float().position(from).put(values, offset, count);
    }
  }

  /** Copies floats, given as bits, to a contiguous tensor of any type on any device. */
  public void storeBits(Tensor into, int[] bits, int count) {
    count(Integer.BYTES * (long) count);
    if (into.is_cuda() || into.scalar_type().intern() != torch.ScalarType.Float) {
      Tensor staged = Tensor.create(Arrays.copyOf(bits, count)).view(torch.ScalarType.Float);
      into.view(-1).copy_(staged);
    } else if (count > 0) {
      new IntPointer(into.data_ptr()).put(bits, 0, count);
    }
  }

  /** Uploads numbers, and converts them to a type on the device. */
  Tensor upload(int[] values, Device device, torch.ScalarType type) {
    count(Integer.BYTES * (long) values.length);
    Tensor copied =
        staging == null
            ? Tensor.create(values).to(device, torch.ScalarType.Int)
            : queue.uploaded(() -> staging.copied(values, device));
    return copied.to(type);
  }

  /** Uploads numbers, and converts them to a type on the device. */
  Tensor upload(float[] values, Device device, torch.ScalarType type) {
    count(Float.BYTES * (long) values.length);
    return Tensor.create(values).to(device, torch.ScalarType.Float).to(type);
  }

  /** Uploads numbers, and converts them to a type on the device. */
  Tensor upload(double[] values, Device device, torch.ScalarType type) {
    count(Double.BYTES * (long) values.length);
    return Tensor.create(values).to(device, torch.ScalarType.Double).to(type);
  }

  /** Writes to a tensor in the memory of the host. */
  static void put(Tensor host, int[] values) {
    new IntPointer(host.data_ptr()).put(values, 0, values.length);
  }

  private void count(long bytes) {
    uploads++;
    uploadedBytes += bytes;
  }

  /** The address of a tensor's first element, for work that stays on the device. */
  static long address(Tensor tensor) {
    return tensor.data_ptr().address();
  }

  @Override
  public void close() {
    if (staging != null) {
      staging.close();
    }
    queue.close();
  }
}

package org.palimpsest.torch;

import java.util.Optional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.Device;
import org.palimpsest.model.FlatVector;
import org.palimpsest.model.OwnedVector;
import org.palimpsest.model.VectorMath;
import org.palimpsest.model.VectorPart;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.optimizer.MomentumStep;
import org.palimpsest.torch.memory.TorchVector;
import org.palimpsest.torch.memory.Transfers;

/**
 * Arithmetic of the vectors of one device by tensor operations. Products and sums are operations of
 * their own, because a fused one rounds once less than the host does.
 */
final class TorchMath implements VectorMath {
  /** Elements that are widened to double precision at once: 32 MiB on a GPU, a cache on a CPU. */
  private static final long GPU_PIECE = 1 << 22;

  private final Device device;
  private final Transfers transfers;

  /** The arithmetic of a device, whose vectors count reads and writes in {@code transfers}. */
  TorchMath(Device device, Transfers transfers) {
    this.device = device;
    this.transfers = transfers;
  }

  @Override
  public OwnedVector zeros(long size) {
    try {
      return vector(size);
    } catch (RuntimeException e) {
      throw DeviceFault.forRounds(e, device, (double) Float.BYTES * size);
    }
  }

  /** A vector of zeros whose failure LibTorch explains. */
  TorchVector vector(long size) {
    return TorchVector.zeros(size, device, transfers, Optional.of(this));
  }

  @Override
  public void clear(FlatVector vector) {
    transfers
        .queue()
        .run(
            () -> {
              changed(vector).zero_();
            });
  }

  @Override
  public void set(FlatVector into, FlatVector from) {
    transfers
        .queue()
        .run(
            () -> {
              changed(into).copy_(tensor(from));
            });
  }

  @Override
  public void add(FlatVector into, FlatVector other) {
    transfers
        .queue()
        .run(
            () -> {
              changed(into).add_(tensor(other));
            });
  }

  @Override
  public void subtract(FlatVector from, FlatVector other) {
    transfers
        .queue()
        .run(
            () -> {
              changed(from).sub_(tensor(other));
            });
  }

  @Override
  public void step(MomentumStep step, FlatVector mean, FlatVector anchor, FlatVector velocity) {
    long most = device.isCuda() ? GPU_PIECE : FlatVector.CHUNK;
    for (long from = 0; from < mean.size(); from += most) {
      long at = from;
      long count = Math.min(most, mean.size() - from);
      transfers
          .queue()
          .run(
              () ->
                  step(
                      step,
                      changed(mean).narrow(0, at, count),
                      changed(anchor).narrow(0, at, count),
                      changed(velocity).narrow(0, at, count)));
    }
  }

  private static void step(MomentumStep step, Tensor mean, Tensor anchor, Tensor velocity) {
    Tensor delta = wide(anchor.sub(mean));
    velocity.copy_(wide(velocity).mul_(new Scalar(step.momentum())).add_(delta));
    Tensor move = wide(velocity);
    if (step.form() == MomentumStep.Form.NESTEROV) {
      move = move.mul_(new Scalar(step.momentum())).add_(delta);
    }
    anchor.copy_(wide(anchor).sub_(move.mul_(new Scalar(step.learningRate()))));
    mean.copy_(anchor);
  }

  private static Tensor wide(Tensor numbers) {
    return numbers.to(torch.ScalarType.Double);
  }

  @Override
  public void encode(Codec codec, FlatVector numbers, FlatVector words) {
    transfers.queue().run(() -> TorchCodec.encode(codec, tensor(numbers), changed(words)));
  }

  @Override
  public void decode(Codec codec, FlatVector words, FlatVector numbers) {
    transfers.queue().run(() -> TorchCodec.decode(codec, tensor(words), changed(numbers)));
  }

  @Override
  public void addLost(FlatVector residual, FlatVector values, FlatVector decoded) {
    transfers
        .queue()
        .run(() -> TorchCodec.addLost(changed(residual), tensor(values), tensor(decoded)));
  }

  /** The tensor of a vector whose elements are about to change. */
  private Tensor changed(FlatVector vector) {
    Tensor tensor = tensor(vector);
    FlatVector whole = vector;
    while (whole instanceof VectorPart part) {
      whole = part.whole();
    }
    ((TorchVector) whole).changed();
    return tensor;
  }

  private Tensor tensor(FlatVector vector) {
    if (vector instanceof VectorPart part) {
      return tensor(part.whole()).narrow(0, part.from(), part.size());
    }
    if (vector instanceof TorchVector here && here.device().equals(device)) {
      return here.tensor();
    }
    throw new IllegalArgumentException(
        "A vector of " + vector.size() + " numbers is not in the memory of " + device + ".");
  }
}

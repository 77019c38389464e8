package org.palimpsest.torch;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.palimpsest.model.codec.Bfloat16;
import org.palimpsest.model.codec.Codec;
import org.palimpsest.model.codec.Int8Blocks;

/**
 * The codecs by tensor operations, with the bytes that they have on the heap. Products, quotients,
 * and roundings are the same operations on the same fp32 numbers, and bf16 is made of integers,
 * because devices convert NaN in their own ways.
 */
final class TorchCodec {
  private static final int LOST_BITS = 16;
  private static final int HALF_BELOW = 0x7fff;
  private static final int QUIET = 0x40;
  private static final int STEPS = 127;

  /** Words of a block of 8-bit numbers: the scale, then four numbers in each. */
  private static final int BLOCK_WORDS = 1 + Int8Blocks.BLOCK / Float.BYTES;

  private TorchCodec() {}

  /** Encodes a flat fp32 tensor into the bits of another one. */
  static void encode(Codec codec, Tensor numbers, Tensor words) {
    if (codec instanceof Bfloat16) {
      words.copy_(upperHalves(numbers).view(torch.ScalarType.Float));
    } else if (codec instanceof Int8Blocks) {
      encodeBlocks(numbers.view(-1, Int8Blocks.BLOCK), words.view(-1, BLOCK_WORDS));
    } else {
      words.copy_(numbers);
    }
  }

  /** Decodes the bits of a flat tensor into a flat fp32 tensor. */
  static void decode(Codec codec, Tensor words, Tensor numbers) {
    if (codec instanceof Bfloat16) {
      Tensor halves = words.view(torch.ScalarType.Short).to(torch.ScalarType.Int);
      numbers.copy_(halves.__lshift__(new Scalar(LOST_BITS)).view(torch.ScalarType.Float));
    } else if (codec instanceof Int8Blocks) {
      decodeBlocks(words.view(-1, BLOCK_WORDS), numbers.view(-1, Int8Blocks.BLOCK));
    } else {
      numbers.copy_(words);
    }
  }

  private static Tensor upperHalves(Tensor numbers) {
    Tensor bits = numbers.view(torch.ScalarType.Int);
    Tensor upper = bits.__rshift__(new Scalar(LOST_BITS));
    Tensor toEven = upper.bitwise_and(new Scalar(1)).add_(new Scalar(HALF_BELOW));
    Tensor rounded = bits.add(toEven).__rshift__(new Scalar(LOST_BITS));
    return torch
        .where(numbers.isnan(), upper.bitwise_or(new Scalar(QUIET)), rounded)
        .to(torch.ScalarType.Short);
  }

  private static void encodeBlocks(Tensor blocks, Tensor words) {
    Tensor largest = blocks.abs().amax(new long[] {1}, true); // Keeps a NaN.
    // A division by a number would be a product with its inverse on a GPU.
    Tensor step = largest.div(torch.full_like(largest, new Scalar(STEPS)));
    Tensor finite = largest.isfinite();
    Tensor inverse = step.reciprocal();
    // Numbers so small that the inverse of the scale overflows become 0.
    Tensor steps = torch.where(inverse.isfinite(), inverse, new Scalar(0.0));
    Tensor multiples =
        torch
            .where(finite, blocks.mul(steps), new Scalar(0.0))
            .round()
            .clamp(new ScalarOptional(new Scalar(-STEPS)), new ScalarOptional(new Scalar(STEPS)))
            .to(torch.ScalarType.Char);
    words.narrow(1, 0, 1).copy_(torch.where(finite, step, new Scalar(Double.NaN)));
    words.narrow(1, 1, BLOCK_WORDS - 1).copy_(multiples.view(torch.ScalarType.Float));
  }

  private static void decodeBlocks(Tensor words, Tensor blocks) {
    Tensor multiples = words.narrow(1, 1, BLOCK_WORDS - 1).contiguous().view(torch.ScalarType.Char);
    blocks.copy_(multiples.to(torch.ScalarType.Float).mul_(words.narrow(1, 0, 1)));
  }

  /** Adds the finite differences between values and what was sent of them. */
  static void addLost(Tensor residual, Tensor values, Tensor sent) {
    DoubleOptional none = new DoubleOptional(0.0);
    residual.add_(values.sub(sent).nan_to_num_(none, none, none));
  }
}

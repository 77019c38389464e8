package org.palimpsest.torch.memory;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Arrays of 32-bit numbers that cross to the device together, in one buffer. */
public final class Upload {
  private final Workspace workspace;
  private final List<int[]> arrays = new ArrayList<>();
  private int size;
  private Tensor bits;
  private Tensor integers;

  /** An empty upload to a workspace's device. */
  public Upload(Workspace workspace) {
    this.workspace = workspace;
  }

  /** A part of the upload. */
  public final class Part {
    private final int from;
    private final int length;

    private Part(int from, int length) {
      this.from = from;
      this.length = length;
    }

    /** The part as indices, after {@link #send}. */
    public Tensor indices() {
      return integers.narrow(0, from, length);
    }

    /** The part as numbers in the parameters' type, after {@link #send}. */
    public Tensor numbers() {
      Tensor floats = bits.narrow(0, from, length).view(torch.ScalarType.Float);
      return floats.to(workspace.type());
    }
  }

  /** Adds integers. */
  public Part add(int[] values) {
    Part part = new Part(size, values.length);
    arrays.add(values);
    size += values.length;
    return part;
  }

  /** Adds numbers. */
  public Part add(float[] values) {
    int[] copy = new int[values.length];
    Arrays.setAll(copy, i -> Float.floatToRawIntBits(values[i]));
    return add(copy);
  }

  /** Copies all parts to the device. */
  public void send() {
    int[] staged = new int[size];
    int at = 0;
    for (int[] array : arrays) {
      System.arraycopy(array, 0, staged, at, array.length);
      at += array.length;
    }
    bits = workspace.bits(staged);
    integers = bits.to(torch.ScalarType.Long);
  }
}

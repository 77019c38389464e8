package org.palimpsest.torch.layer;

import org.bytedeco.pytorch.Tensor;
import org.palimpsest.model.DropoutKey;
import org.palimpsest.model.DropoutMask;
import org.palimpsest.torch.memory.Execution;
import org.palimpsest.torch.memory.Transfers;
import org.palimpsest.torch.memory.Workspace;

/** The random masks of one forward pass, a function of the dropout key, slice, and site. */
public final class DropoutRng {
  private final Execution.Masks source;
  private final Transfers transfers;
  private final DeviceMasks device;
  private int stride;
  private DropoutKey key;
  private int slice;
  private int[] staged = new int[0];

  /** Without dropout at first. */
  public DropoutRng(Workspace workspace) {
    source = workspace.execution().masks();
    transfers = workspace.transfers();
    device = new DeviceMasks(workspace);
  }

  /** Sets the number of sites, so that the slices of a batch draw different masks. */
  public void sites(int number) {
    stride = number;
  }

  /** No dropout from now on. */
  public void silence() {
    key = null;
  }

  /** Dropout from now on. */
  public void begin(DropoutKey key, int slice) {
    this.key = key;
    this.slice = slice;
  }

  /** Whether this pass has no dropout. */
  boolean isSilent() {
    return key == null;
  }

  /** Where masks are drawn. */
  Execution.Masks source() {
    return source;
  }

  /** Fills a contiguous tensor with factors of 0 or 1 / (1 − p). */
  void fill(DropoutMask masks, int site, Tensor mask) {
    int place = slice * stride + site;
    if (source == Execution.Masks.DEVICE) {
      device.fill(masks, DropoutMask.stream(key, place), mask);
    } else {
      int count = Math.toIntExact(mask.numel());
      if (staged.length < count) {
        staged = new int[count + count / 8];
      }
      masks.fill(key, place, staged, count);
      transfers.storeBits(mask, staged, count);
    }
  }
}
